#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The report in a real browser without a window: nothing in the console, nothing fetched, every figure
# visible, readable and within the page at the widths of a phone and a desk, light and dark.
. "$(dirname "$0")/helpers.sh"

browser=
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && browser=$name && break
done
if [ -z "$browser" ]; then
    echo 'no Chromium here'
    exit 77
fi

sed 's/^permutations.*/permutations = 19/; s/^bootstrap.*/bootstrap = 99/; s/^power.*/power = 50/
     s/^dead_zone.*/dead_zone = 99/; s|^file = .*|file = '"$data"'/austria/austria_io_2010.csv|' \
    "$data/austria-panel.ini" >few.ini
expect 0 panel "$data/austria/austria_sector_panel.csv" --map few.ini -o aut

# What the page says of itself, in its title: the report with a script that measures, and a policy
# under which anything from outside is an error in the console.
cat >script <<'JS'
<script>
const wide = document.documentElement.clientWidth, said = [];
let small = 99;
for (const svg of document.querySelectorAll("figure svg")) {
    const box = svg.getBoundingClientRect(), name = svg.parentNode.id;
    const style = getComputedStyle(svg);
    if (box.width < 260 || box.height < 150) said.push(name + " is small");
    if (box.left < 0 || box.right > wide) said.push(name + " leaves the page");
    if (style.display === "none" || style.visibility !== "visible") said.push(name + " is hidden");
    const ink = getComputedStyle(svg.querySelector("text")).fill, paper = style.backgroundColor;
    if (ink === paper) said.push(name + " cannot be read");
    small = Math.min(small, 12 * box.width / svg.viewBox.baseVal.width);
    for (const text of svg.querySelectorAll("text")) {
        const t = text.getBoundingClientRect();
        if (t.left < box.left - 1 || t.right > box.right + 1 || t.top < box.top - 1 || t.bottom > box.bottom + 1)
            said.push(name + ": \"" + text.textContent + "\" is cut");
    }
}
if (small < 7) said.push("letters of " + small + " px");
if (document.documentElement.scrollWidth > wide) said.push("the page is wider than the window");
if (performance.getEntriesByType("resource").length > 0) said.push("something was fetched");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.title = "MEASURED " + wide + " figures " + document.querySelectorAll("figure svg").length + " " +
    (dark ? "dark " : "light ") + getComputedStyle(document.body).backgroundColor + " faults " +
    (said.length ? said.join("; ") : "none");
parent.postMessage(document.title, "*");
</script>
JS
policy="<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-inline'\">"
measured() { # measured FILE: with the script and the policy
    awk -v policy="$policy" '
        NR == FNR { script = script $0 "\n"; next }
        { sub(/<meta charset="utf-8">/, "&" policy); sub(/<\/body>/, ""); print }
        END { print script "</body></html>" }' script "$1"
}
measured aut/report.html >page.html

# look WIDTH [OPTION]: the measured title in title, the console in console. The page is in a frame of
# that width, as a window cannot be as narrow as a phone.
look() {
    width=$1
    shift
    printf '<!DOCTYPE html><title>none</title><style>*{margin:0;border:0}</style><script>%s</script>%s' \
        'onmessage = (e) => { document.title = e.data; };' \
        "<iframe src=\"page.html\" style=\"width:${width}px;height:900px\"></iframe>" >frame.html
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$work/profile" \
        --enable-logging=stderr --window-size=1400,1000 --virtual-time-budget=5000 "$@" --dump-dom "file://$work/frame.html" >dom 2>log
    grep -o '<title>MEASURED[^<]*' dom | head -n 1 >title
    grep 'CONSOLE' log >console
    cat title
}
figures=$(grep -o '<figure id' aut/report.html | wc -l)
check 'figures' test "$figures" -ge 8
for width in 380 1280; do
    look "$width"
    check "no fault at $width" grep -q "^<title>MEASURED $width figures $figures light rgb(255, 255, 255) faults none$" title
    check "nothing in the console at $width" test ! -s console
done
look 380 --blink-settings=preferredColorScheme=0
check 'dark where the reader likes it dark' grep -q "figures $figures dark rgb(20, 24, 30) faults none$" title
check 'nothing in the console when dark' test ! -s console

# The test can fail: a picture from outside, a figure too wide, one that is not shown.
cp page.html whole.html
sed 's|<main>|<main><img src="http://localhost:9/x.png" alt="">|' whole.html >page.html
look 380
check 'a request is seen' test -s console
sed 's|<main>|<main><div style="width:900px">wide</div>|' whole.html >page.html
look 380
check 'a page too wide is seen' grep -q 'wider than the window' title
sed 's|<figure id="figure-transport">|<figure id="figure-transport" style="width:100px">|' whole.html >page.html
look 380
check 'a small figure is seen' grep -q 'figure-transport is small' title

# Each figure by itself.
for svg in aut/*.svg; do
    check "$svg is well formed" sh -c 'timeout 60 "$0" --headless --no-sandbox --disable-gpu --user-data-dir="$1/profile" \
        --dump-dom "file://$1/$2" 2>/dev/null | grep -q "<svg" && ! grep -q "parsererror" "$2"' "$browser" "$work" "$svg"
done
finish
