// PouchDB beside our sync. `node pouch.js serve FOLDER` is what a CouchDB would be and prints its port;
// `node pouch.js replicate FOLDER DOCS PORT` replicates all documents into a new database for each line
// it is told, and prints the seconds.
const fs = require("fs")
const readline = require("readline")
const PouchDB = require("pouchdb")

const BATCH = 1000
const [, , what, folder, file, port] = process.argv

function serve() {
  const app = require("express")()
  const databases = PouchDB.defaults({ prefix: folder + "/" })
  const mode = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: folder + "/log.txt" }
  app.use("/", require("express-pouchdb")(databases, mode))
  const listening = app.listen(0, "127.0.0.1", () => console.log(listening.address().port))
}

async function replicate() {
  const docs = JSON.parse(fs.readFileSync(file))
  const source = new PouchDB(folder + "/source")
  for (let n = 0; n < docs.length; n += BATCH) await source.bulkDocs(docs.slice(n, n + BATCH))
  console.log("ready")
  let turn = 0
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    const target = new PouchDB(`http://127.0.0.1:${port}/turn${turn++}`)
    const start = performance.now()
    const done = await source.replicate.to(target, { batch_size: BATCH })
    const spent = (performance.now() - start) / 1000
    if (done.docs_written !== docs.length) throw new Error(`${done.docs_written} documents`)
    console.log(spent)
  }
}

if (what === "serve") serve()
else replicate()
