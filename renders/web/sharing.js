// Links to a moment, and what is copied. #CHAPTER/BEAT is a beat, #CHAPTER/BEAT@12.5 a moment in it, ?t=40 in the film;
// ?play begins by itself.

function parseLink() {
  let told = "";
  try {
    told = decodeURIComponent(location.hash.slice(1));
  } catch {
    return null; // no link of ours
  }
  const [, label, seconds] = told.match(/^(.*?)(?:@([\d.]+))?$/s);
  return label ? { label, seconds: Number(seconds) || 0 } : null;
}

// The version for the beat of the link: the one on screen if it has that, else the best in the reader's language
function findLink(link) {
  const has = (one) => one.sections.some((section) => section.kind === "beat" && section.label === link.label);
  const good = [...reel.versions.keys()].filter((place) => reel.versions[place].clips.some(has));
  if (at >= 0 && good.includes(version)) return version;
  const foreign = (place) => Number(reel.versions[place].clips[0].language !== mainLanguage());
  const better = (one, other) => foreign(one) - foreign(other) || reel.versions[one].rank - reel.versions[other].rank;
  return good.sort(better)[0] ?? null;
}

function follow() {
  const link = parseLink();
  const found = link && findLink(link);
  if (found === null) return false;
  if (found !== version || at < 0) chooseVersion(found, link.label);
  const stop = stops.find((one) => one.section.label === link.label);
  load(stop.clip, stop.section.start + Math.min(link.seconds, Math.max(0, stop.section.seconds - 0.05)));
  return true;
}

// Let the address name the beat on screen, so that it can be passed on as it stands
function note() {
  const stop = stopAt(here());
  if (!stop) return;
  try {
    history.replaceState(null, "", `#${encodeURI(stop.section.label)}`);
  } catch {
    return; // a page inside another may have no address
  }
}

function linkHere() {
  const { section } = stopAt(here());
  const seconds = here() - section.start;
  const page = location.href.replace(/[?#].*$/s, "");
  return `${page}#${encodeURI(section.label)}${seconds >= 0.1 ? `@${seconds.toFixed(1)}` : ""}`;
}

const quoted = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// Files are named as they lie beside this page, unless it came from a server: then others reach them by its address
const reached = (path) => (location.protocol.startsWith("http") ? new URL(path, location.href).href : path);

function snippetHere() {
  const { section } = stopAt(here());
  const title = quoted(plain(section.title));
  const one = clip();
  if (one.film === null) {
    const page = location.protocol.startsWith("http") ? location.href : location.pathname.split("/").pop();
    const address = `${page.replace(/[?#].*$/s, "")}#${encodeURI(section.label)}`;
    return `<iframe src="${quoted(address)}" title="${title}" width="960" height="720" allowfullscreen></iframe>\n`;
  }
  const own = section.own ?? one; // a beat's own film, where there is one beside the chapter's
  const whole = section.own || one.sections.filter((other) => other.kind === "beat").length < 2;
  const part = whole ? "" : `#t=${section.start.toFixed(2)},${(section.start + section.seconds).toFixed(2)}`;
  const poster = section.picture ? ` poster="${quoted(reached(section.picture))}"` : "";
  const subtitles = Object.entries(own.tracks).map(
    ([language, path]) =>
      `    <track kind="captions" srclang="${tagOf(language)}" label="${reel.languages[language]}" ` +
      `src="${quoted(reached(path))}">\n`,
  );
  return (
    `<figure>\n  <video controls playsinline preload="metadata" width="${one.width}" height="${one.height}"${poster} ` +
    `style="max-width: 100%; height: auto">\n    <source src="${quoted(reached(own.film) + part)}" type="${one.mime}">\n` +
    `${subtitles.join("")}  </video>\n  <figcaption>${title}</figcaption>\n</figure>\n`
  );
}

function listenToSharing() {
  $("link").addEventListener("click", () => copy(linkHere(), "linked"));
  $("snippet").addEventListener("click", () => copy(snippetHere(), "pasted"));
  addEventListener("hashchange", follow);
}
