// A word of notice, and the clipboard; where a page has none, what is to be copied is shown, and marked.

let noticeEnds = 0;

function notice(key, values) {
  $("notice").textContent = tell(key, values);
  clearTimeout(noticeEnds);
  noticeEnds = setTimeout(() => $("notice").replaceChildren(), 3500);
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    notice(done);
  } catch {
    $("hand-text").value = text;
    $("hand").showModal();
    $("hand-text").select();
  }
}
