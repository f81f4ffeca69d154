// Starts Python, brings what the task names, and hands it to inside.py; what Python says is told as it comes.
importScripts("pyodide/pyodide.js");

const say = (text) => postMessage({ text });
const letters = new TextDecoder();
const write = (bytes) => {
  say(letters.decode(bytes, { stream: true }));
  return bytes.length;
};
const fetched = async (name) => (await fetch(name)).arrayBuffer();

(async () => {
  try {
    const task = await (await fetch(`task.json`)).text();
    const { packages, wheels } = JSON.parse(task);
    const python = await loadPyodide({ indexURL: "pyodide/" });
    python.setStdout({ write });
    python.setStderr({ write });
    await python.loadPackage(packages, { messageCallback: () => {} });
    const extractDir = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
    for (const name of wheels) python.unpackArchive(await fetched(name), "zip", { extractDir });
    python.FS.mkdir("project");
    python.unpackArchive(await fetched("sources.zip"), "zip", { extractDir: "project" });
    python.FS.writeFile("project/inside.py", new Uint8Array(await fetched("inside.py")));
    python.FS.chdir("project");
    postMessage(python.pyimport("inside").main(task).toJs({ dict_converter: Object.fromEntries }));
  } catch (error) {
    say(`${error}\n`);
    postMessage({ status: 2 });
  }
})();
