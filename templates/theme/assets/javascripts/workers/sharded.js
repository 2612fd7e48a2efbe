/* The search of a big explainer, whose index is in many files (builder/site/search/sharded_index.py writes them). For
   each query it loads the files that have its words, scores the entries as lunr would, loads the texts of the best, and
   lets Material search in these. So results look the same and are in the same order as from one index. */

const MOST_WORD_FILES = 3; // for a word
const MOST_TEXT_FILES = 20; // for a query
const MOST_OF_PAGE = 6; // for a page
const PAUSE = 150; // milliseconds
const FIELDS = ["title", "text", "tags"];
const UNSPACED = new RegExp("[\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3" +
  "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+", "gu");

const folder = new URL("../../../search/", location);
const [post, load] = [self.postMessage.bind(self), self.importScripts.bind(self)];
const files = new Map(), loaded = new Set();
let setup, parts, entries, asked, pipeline, frequency = new Map();
let newest, last = Promise.resolve();

/* Answer the page's messages one after another. While a reader types, only the query that is followed by a pause is
   searched. If a file can't be had, what the page shows stays. */
answer = async ({ type, data }) => {
  const own = newest = {};
  if (type === QUERY && data) await new Promise(resolve => setTimeout(resolve, PAUSE));
  const isNewest = () => own === newest;
  const work = () => type !== QUERY ? start(data) : isNewest() && search(data, isNewest);
  last = last.then(work).catch(error => console.warn(error));
};

async function start(data) {
  setup = data;
  parts = await fetched("parts.json", { cache: "no-cache" });
  entries = parts.texts.reduce((sum, count) => sum + count, 0);
  post(await material({ type: SETUP, data }));
}

async function search(query, isNewest) {
  const known = await replaced(query);
  if (!isNewest()) return;
  const wanted = clausesOf(known);
  const clauses = await Promise.all(wanted.map(async (clause, at) => {
    const isCommon = !isIndexed(clause.word) && at < wanted.length - 1; // the last word may be unfinished
    return { ...clause, found: isCommon ? new Map() : await found(clause) };
  }));
  const pages = ranked(clauses);
  if (!isNewest()) return;
  const docs = await texts(pages);
  if (!isNewest()) return;
  if (docs.length) await material({ type: SETUP, data: { ...setup, docs } });
  const result = await material({ type: QUERY, data: docs.length ? known : "" });
  post({ ...result, data: { ...result.data, total: pages.length } });
}

/* Material's answer to a message. It loads a language again with each index, which it need not. */
function material(message) {
  return new Promise(resolve => {
    asked = resolve;
    dispatchEvent(new MessageEvent("message", { data: message }));
  });
}
self.postMessage = message => asked(message);
self.importScripts = (...addresses) => {
  load(...addresses.filter(address => !loaded.has(address)));
  addresses.forEach(address => loaded.add(address));
};

/* lunr counts in which entries a word is, to tell rare words from common ones. Material has few entries at a time. */
const buildAll = lunr.Builder.prototype.build, idfOfFew = lunr.idf;
const termOf = new WeakMap();
lunr.Builder.prototype.build = function () {
  pipeline = this.pipeline;
  for (const term of Object.keys(this.invertedIndex)) termOf.set(this.invertedIndex[term], term);
  return buildAll.call(this);
};
lunr.idf = (posting, count) => frequency.has(termOf.get(posting)) ? idf(frequency.get(termOf.get(posting))) :
  idfOfFew(posting, count);
const idf = count => Math.log(1 + Math.abs((entries - count + 0.5) / (count + 0.5)));

/* The query with words that the index has. */
async function replaced(query) {
  const replacements = new Map();
  for (const [typed] of query.matchAll(WORD)) {
    const word = typed.toLowerCase();
    if (!isIndexed(word)) {
      replacements.set(typed, typed);
      continue;
    }
    const terms = (await Promise.all(wordFiles(word).map(words))).flatMap(file => [...file.keys()]);
    if (!terms.some(term => plain(term).startsWith(plain(word)))) terms.push(...await spellings(word));
    const all = [...new Set(terms)];
    replacements.set(typed, nearest(typed, vocabularyOf(all, () => lunr.TokenSet.fromArray(all.sort()))));
  }
  return query.replace(WORD, typed => replacements.get(typed));
}

/* What lunr looks for: each word of the query, whether it must or must not be there, whether as it is, and in which
   field. Material makes each word of a quotation one that must be there. */
function clausesOf(query) {
  const separator = new RegExp(setup.config.separator);
  return query.split(/"([^"]+)"/).flatMap((part, at) => part.split(/\s+/).map(word => (at & 1 ? `+${word}` : word)))
    .flatMap(token => {
      const [, sign, field, text, end] = /^([+-]?)(?:(title|text|tags):)?(.*?)([*~^]\d*)?$/.exec(token);
      const exact = sign !== "" || /^[~^]/.test(end);
      return text.split(separator).filter(Boolean).flatMap(word => pairs(word.toLowerCase()))
        .map(word => ({ word, sign, field, exact }));
    });
}

/* Each two neighbouring letters of what is written without spaces, and the rest. */
function pairs(word) {
  const runs = word.match(UNSPACED);
  if (!runs) return [word];
  const both = run => Array.from({ length: Math.max(1, run.length - 1) }, (_, at) => run.slice(at, at + 2));
  return [...word.split(UNSPACED).filter(Boolean), ...runs.flatMap(both)];
}

/* By entry: the score of a word, as lunr computes it. */
async function found({ word, exact, field }) {
  const scores = new Map();
  for (const file of await Promise.all(wordFiles(word).map(words)))
    for (const [term, places] of file) {
      if (exact ? term !== word : !term.startsWith(word)) continue;
      const groups = Object.entries(places).map(([often, gaps]) => {
        const [counts, boost] = often.split("*");
        return { counts: counts.split(",").map(Number), boost: Number(boost || 1), gaps };
      });
      const times = groups.reduce((sum, { counts, gaps }) => sum + counts.filter(Boolean).length * gaps.length, 0);
      frequency.set(term, times);
      for (const { counts, boost, gaps } of groups) {
        const score = fieldsScore(counts, field) * boost * idf(times);
        let entry = 0;
        for (const gap of gaps) {
          entry += gap;
          if (score) scores.set(entry, (scores.get(entry) || 0) + score);
        }
      }
    }
  return scores;
}

/* What a word counts by how often it is in each field, in one of them or in all. */
function fieldsScore(counts, only) {
  const { fields } = setup.config;
  const scores = FIELDS.map((field, at) => {
    const count = only && only !== field ? 0 : counts[at] || 0;
    return 2.2 * count / (1.2 + count) * (fields[field].boost || 1);
  });
  return scores.reduce((sum, score) => sum + score);
}

/* The pages that have an entry that matches, the best first, with these entries. Material ranks an entry by how many of
   the words it has, too, but does not miss a word such as "the". */
function ranked(clauses) {
  const wanted = clauses.filter(({ sign }) => sign !== "-")
    .map(clause => ({ ...clause, rare: lunr.stopWordFilter(clause.word) ? 1 : 0 }));
  const needed = wanted.reduce((sum, { rare }) => sum + rare, 0);
  const scores = new Map();
  for (const { found, rare } of wanted)
    for (const [entry, score] of found) {
      const [sum, count, others] = scores.get(entry) || [0, 0, 0];
      scores.set(entry, [sum + score, count + 1, others + 1 - rare]);
    }
  for (const { sign, found } of clauses)
    if (sign) for (const entry of scores.keys()) if (found.has(entry) === (sign === "-")) scores.delete(entry);
  const pages = [];
  let first = 0;
  for (const length of parts.pages) {
    const matches = [];
    for (let entry = first; entry < first + length; entry++) {
      const [sum, count, others] = scores.get(entry) || [];
      if (count) matches.push({ entry, score: sum * (1 + ((entry === first) + count / (needed + others)) ** 2) });
    }
    if (matches.length) {
      matches.sort((a, b) => b.score - a.score);
      pages.push({ first, score: matches[0].score, matches: matches.map(({ entry }) => entry) });
    }
    first += length;
  }
  return pages.sort((a, b) => b.score - a.score);
}

/* The entries of the best pages, in the order of the index. */
async function texts(pages) {
  const starts = [];
  parts.texts.reduce((start, count) => (starts.push(start), start + count), 0);
  const fileOf = entry => lastBefore(starts, entry + 1);
  const chosen = new Set(), needed = new Set();
  for (const { first, matches } of pages) {
    const own = new Set([fileOf(first)]);
    const shown = matches.filter(entry => own.has(fileOf(entry)) || own.size < MOST_OF_PAGE && own.add(fileOf(entry)));
    if (needed.size && new Set([...needed, ...own]).size > MOST_TEXT_FILES) break;
    own.forEach(file => needed.add(file));
    [first, ...shown].forEach(entry => chosen.add(entry));
  }
  const contents = new Map(await Promise.all([...needed].map(async file => [file, await part("texts", file)])));
  const text = entry => contents.get(fileOf(entry))[entry - starts[fileOf(entry)]];
  return [...chosen].sort((a, b) => a - b).map(entry => ({ ...text(entry) })); // Material adds to them
}

/* The files that may have a word or words that begin with it. */
function wordFiles(word) {
  const key = plain(word), numbers = [Math.max(0, lastBefore(parts.words, key))];
  for (let next = numbers[0] + 1; parts.words[next]?.startsWith(key); next++) numbers.push(next);
  return numbers.slice(0, MOST_WORD_FILES);
}

/* The last of the sorted values that is less than a value, or -1. */
function lastBefore(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/* The words in a file without those that Material leaves out, with where they are. */
async function words(number) {
  const terms = Object.entries(await part("words", number));
  return new Map(terms.filter(([term]) => isIndexed(term)));
}

const isIndexed = word => pipeline.runString(word).length > 0;

async function spellings(word) {
  const letter = [...parts.spellings].indexOf([...plain(word)][0]);
  return letter < 0 ? [] : part("spellings", letter);
}

function part(name, number) {
  return fetched(`${name}/${number}.json?${parts.version}`);
}

function fetched(path, options) {
  if (!files.has(path)) {
    const content = fetch(new URL(path, folder), options).then(response => {
      if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
      return response.json();
    });
    content.catch(() => files.delete(path));
    files.set(path, content);
  }
  return files.get(path);
}
