const query = document.getElementById("query")
const found = document.getElementById("found")
let pages
query.addEventListener("input", async () => {
  pages ??= await (await fetch("/index.json")).json()
  const words = query.value.toLowerCase().split(/\s+/)
  const hits = pages.filter(page => words.every(word => page.text.toLowerCase().includes(word)))
  found.replaceChildren(...hits.slice(0, 20).map(page => {
    const item = document.createElement("li")
    const link = item.appendChild(document.createElement("a"))
    link.href = page.address
    link.textContent = page.title
    return item
  }))
})
