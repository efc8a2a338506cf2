// Constructed, so that the site's Content-Security-Policy has no say; in a shadow root, so that its style has none.
// Icons are clip paths, for the same reason: a picture would need the policy's leave.
// Colours that are neither dark nor bright are made darker, so that white can be read on them.

export const STYLE = `*{all:unset;position:fixed;z-index:2147483647;right:20px;bottom:20px;font:600 15px system-ui;box-sizing:border-box;transition:.2s}
.l{right:auto;left:20px}
[hidden]{display:none!important}
button,iframe{cursor:pointer;background:var(--c,#1f93ff);color:#fff;border-radius:20px;box-shadow:0 6px 24px #0003}
@supports(color:lch(from red l c h)){.b{background:lch(from var(--c,#1f93ff) min(l,46 + max(0,(l - 70)*99)) c h);color:lch(from var(--c,#1f93ff) calc((70 - l)*99) 0 0)}}
.b{display:flex;align-items:center;gap:10px;height:60px;padding:0 16px;border-radius:30px}
:focus-visible{outline:3px solid #888}
i,span{position:static}
i{width:28px;height:28px;background:currentColor;clip-path:path("M14 2C7 2 2 6 2 12c0 4 2 7 5 9v5l5-3h2c7 0 12-5 12-11S21 2 14 2zM8 9h12v2H8zm0 4h8v2H8z")}
.o i{clip-path:path("M6 9l8 8 8-8 2 2-10 10L4 11z")}
.o span{display:none}
b{position:absolute;right:-4px;bottom:44px;padding:3px 8px;border-radius:20px;background:#d22;font-size:12px;color:#fff}
.p{bottom:96px;max-width:280px;max-height:90px;padding:16px;background:#fff;color:#222;font-weight:400;overflow:hidden}
iframe{bottom:96px;width:400px;height:min(700px,100% - 116px);background:none;opacity:0;visibility:hidden;translate:0 16px}
iframe.o{opacity:1;visibility:visible;translate:0}
.f{border-radius:0;box-shadow:none}
@media(max-width:479px){iframe{inset:0!important;width:100%;height:100%;border-radius:0}.b.o{display:none}}
@media(prefers-reduced-motion){*{transition:none}}`;
