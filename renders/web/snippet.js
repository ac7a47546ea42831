// The page of a snippet: its texts, and the copy of what is to be pasted.

startPage(() => {});
$("copy").addEventListener("click", () => copy(reel.snippet, "pasted"));
