"""The page's stylesheet and the few lines of script that reload it when something changes."""

STYLE = """
:root { color-scheme: dark; --text: #dbdee1; --muted: #949ba4; --link: #00a8fc; }
* { box-sizing: border-box; }
body { margin: 0; display: flex; height: 100vh; background: #313338; color: var(--text);
  font: 15px/1.4 "gg sans", "Noto Sans", "Helvetica Neue", Helvetica, Arial, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { width: 250px; flex: none; overflow-y: auto; background: #2b2d31; padding: 12px 8px; }
nav h2 { font-size: 15px; margin: 14px 8px 6px; color: #f2f3f5; }
nav h3 { font-size: 11px; text-transform: uppercase; margin: 12px 8px 2px; color: var(--muted); }
nav a { display: block; padding: 4px 8px; border-radius: 4px; color: var(--muted);
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav a.here, nav a:hover { background: #404249; color: #fff; text-decoration: none; }
nav a.inner { padding-left: 26px; font-size: 14px; }
main { flex: 1; min-width: 0; display: flex; flex-direction: column; }
main > header { padding: 12px 16px; border-bottom: 1px solid #26272b; }
main > header b { color: #f2f3f5; }
main > header small, .small, .edited, article > header time { color: var(--muted);
  font-size: 12px; }
#messages { flex: 1; overflow-y: auto; padding: 16px; }
article { margin: 0 0 18px; max-width: 820px; overflow-wrap: anywhere; }
article p { margin: 2px 0; }
article > header time, .tag { margin-left: 8px; }
.person { color: #f2f3f5; }
.bot { color: #c9cdfb; }
.tag { background: #5865f2; color: #fff; border-radius: 3px; padding: 0 5px; font-size: 10px;
  vertical-align: 1px; }
.private { border-left: 2px solid #5865f2; background: #383a46; padding: 6px 10px;
  border-radius: 4px; }
.only { color: var(--muted); font-size: 12px; margin-top: 6px; }
nav h4 { font-size: 11px; text-transform: uppercase; margin: 22px 8px 2px; color: var(--muted); }
.origin, .thinking, .system { color: var(--muted); font-size: 13px; }
h3, h4, h5 { margin: 8px 0 4px; color: #f2f3f5; line-height: 1.25; }
h3 { font-size: 22px; } h4 { font-size: 18px; } h5 { font-size: 16px; }
ul { list-style: none; margin: 2px 0; padding-left: 4px; }
.depth1 { margin-left: 18px; } .depth2 { margin-left: 36px; } .depth3 { margin-left: 54px; }
li { padding-left: 20px; text-indent: -20px; }
li b { display: inline-block; min-width: 16px; text-indent: 0;
  font-weight: normal; color: var(--muted); }
blockquote { margin: 4px 0; padding-left: 10px; border-left: 4px solid #4e5058; }
code { background: #2b2d31; border-radius: 3px; padding: 1px 4px; font-size: 13px; }
pre { background: #2b2d31; border: 1px solid #1e1f22; border-radius: 4px; padding: 8px;
  overflow-x: auto; margin: 4px 0; }
pre code { padding: 0; }
.mention { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px; }
.spoiler { background: #1e1f22; color: transparent; border-radius: 3px; }
.spoiler:hover, .spoiler:focus { color: inherit; }
time { border-radius: 3px; }
.body time { background: #3a3c43; padding: 0 2px; }
.container, .embed { background: #2b2d31; border: 1px solid #393a41; border-radius: 8px;
  padding: 12px 16px; margin: 6px 0; max-width: 600px; }
.embed { border-left: 4px solid #1e1f22; border-radius: 4px; }
[class*="accent-"] { border-left-width: 4px; border-left-style: solid; }
.section { display: flex; gap: 16px; justify-content: space-between; }
.section > div:first-child { min-width: 0; }
.section > div:last-child { flex: none; }
.section img { max-width: 100px; max-height: 100px; }
.field { margin-top: 6px; }
.field.inline { display: inline-block; min-width: 30%; margin-right: 12px; vertical-align: top; }
hr { border: 0; margin: 8px 0; } hr.line { border-top: 1px solid #3f4147; }
hr.spacing2 { margin: 16px 0; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0; }
.button { background: #4e5058; color: #fff; border-radius: 4px; padding: 5px 14px;
  font-size: 14px; cursor: default; white-space: nowrap; display: inline-block; }
.button a { color: #fff; }
.primary { background: #5865f2; } .success { background: #248046; } .danger { background: #da373c; }
.disabled { opacity: 0.5; }
.select { background: #1e1f22; border-radius: 4px; padding: 7px 12px; min-width: 260px;
  color: var(--muted); }
.reactions { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px; }
.reaction { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px; padding: 1px 7px;
  font-size: 14px; }
.thread { display: inline-block; margin-top: 6px; padding: 6px 10px; border-radius: 6px;
  background: #2b2d31; }
img { max-width: 400px; max-height: 300px; border-radius: 6px; }
.empty { color: var(--muted); }
"""

SCRIPT = """
"use strict";
// Stay at the newest message, wait until something changes, and load the page again.
const list = document.getElementById("messages");
const kept = sessionStorage.getItem(location.pathname);
if (list) { list.scrollTop = kept === null ? list.scrollHeight : Number(kept); }
function keep() {
  if (!list) { return; }
  const below = list.scrollHeight - list.clientHeight - list.scrollTop;
  if (below < 40) { sessionStorage.removeItem(location.pathname); }
  else { sessionStorage.setItem(location.pathname, String(list.scrollTop)); }
}
async function wait() {
  const after = document.body.dataset.revision;
  try {
    const answer = await fetch("/page/revision?after=" + after);
    if (String((await answer.json()).revision) !== after) { keep(); location.reload(); return; }
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  wait();
}
wait();
"""
