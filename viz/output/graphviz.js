// Graphviz as WebAssembly, run by the browser itself: from the compiled module a function that lays DOT text
// out and gives the bytes of the picture. It is synchronous and asks nothing of the network.
// The module was made for a system with files; what it asks of one is answered here: there are no files, the
// clock is the browser's, and what it prints is dropped.
(module) => {
  const SUCCESS = 0, BAD_DESCRIPTOR = 8, NO_ENTRY = 44, NOT_SEEKABLE = 70;
  let graphviz; // an instance holds one memory; after an error a fresh one takes its place

  const bytes = () => new Uint8Array(graphviz.memory.buffer); // the memory moves when it grows
  const words = () => new DataView(graphviz.memory.buffer);
  const none = (code) => () => code;

  const system = {
    environ_get: none(SUCCESS),
    environ_sizes_get(count, size) {
      words().setUint32(count, 0, true);
      words().setUint32(size, 0, true);
      return SUCCESS;
    },
    clock_time_get(clock, precision, time) {
      words().setBigUint64(time, BigInt(Math.round(performance.now() * 1e6)), true);
      return SUCCESS;
    },
    random_get(start, length) {
      bytes().fill(7, start, start + length); // the same picture every time
      return SUCCESS;
    },
    fd_fdstat_get(descriptor, status) {
      if (descriptor > 2) return BAD_DESCRIPTOR;
      bytes().fill(0, status, status + 24);
      bytes()[status] = 2; // a terminal, with all rights
      words().setBigUint64(status + 8, 0xffffffffffffffffn, true);
      return SUCCESS;
    },
    fd_write(descriptor, pieces, count, written) {
      let total = 0;
      for (let i = 0; i < count; i++) total += words().getUint32(pieces + 8 * i + 4, true);
      words().setUint32(written, total, true);
      return SUCCESS;
    },
    proc_exit(code) {
      throw new Error(`Graphviz ended with ${code}`);
    },
    fd_close: none(SUCCESS),
    fd_fdstat_set_flags: none(SUCCESS),
    fd_seek: none(NOT_SEEKABLE),
    fd_read: none(BAD_DESCRIPTOR),
    fd_filestat_get: none(BAD_DESCRIPTOR),
    fd_prestat_get: none(BAD_DESCRIPTOR),
    fd_prestat_dir_name: none(BAD_DESCRIPTOR),
    path_filestat_get: none(NO_ENTRY),
    path_open: none(NO_ENTRY),
  };

  const begin = () => {
    graphviz = new WebAssembly.Instance(module, { wasi_snapshot_preview1: system }).exports;
  };
  const placed = (text) => {
    const encoded = new TextEncoder().encode(`${text}\0`);
    const start = graphviz.malloc(encoded.length);
    bytes().set(encoded, start);
    return start;
  };
  const textAt = (start) => new TextDecoder().decode(bytes().slice(start, bytes().indexOf(0, start)));

  begin();
  return (dot, format) => {
    try {
      const held = [placed(dot), placed(format), placed("dot"), graphviz.malloc(4)];
      const picture = graphviz.graphviz_render(...held);
      if (!picture) throw new Error(textAt(graphviz.graphviz_last_error()));
      const length = words().getUint32(held[3], true);
      const copied = bytes().slice(picture, picture + length);
      for (const start of [picture, ...held]) graphviz.graphviz_free(start);
      return copied;
    } catch (error) {
      begin();
      throw error;
    }
  };
}
