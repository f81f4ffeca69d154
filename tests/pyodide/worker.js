// Starts Python, brings what the task names, and hands it to inside.py.
importScripts("pyodide/pyodide.js");

const say = (text) => postMessage({ text });
const fetched = async (name) => (await fetch(name)).arrayBuffer();

(async () => {
  try {
    const task = await (await fetch("task.json")).text();
    const { packages, wheels } = JSON.parse(task);
    const python = await loadPyodide({ indexURL: "pyodide/", stdout: say, stderr: say });
    await python.loadPackage(packages, { messageCallback: () => {} });
    const extractDir = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
    for (const name of wheels) python.unpackArchive(await fetched(name), "zip", { extractDir });
    python.FS.mkdir("project");
    python.unpackArchive(await fetched("sources.zip"), "zip", { extractDir: "project" });
    python.FS.writeFile("project/inside.py", new Uint8Array(await fetched("inside.py")));
    python.FS.chdir("project");
    const inside = python.pyimport("inside");
    postMessage({ status: inside.main(task) });
  } catch (error) {
    say(String(error));
    postMessage({ status: 2 });
  }
})();
