"""The page of `aslx bench` in a browser (Chromium, headless): nothing runs over its edge or into each other."""
import html
import json
import os
import re
import subprocess

from program import PASS, ProgramTest, TIMEOUT_S

# Put behind a copy of the page. It measures what is drawn and leaves that as text.
PROBE = """
<script>
const found = {resources: performance.getEntriesByType('resource').length, figures: [], texts: 0, rows: 0};
found.page = [document.documentElement.scrollWidth, document.documentElement.clientWidth];
const named = box => [box.left, box.top, box.right, box.bottom].map(Math.round);
for (const figure of document.querySelectorAll('figure')) {
  const svg = figure.querySelector('svg');
  const one = {title: figure.querySelector('figcaption').textContent, outside: [], overlapping: [], lines: 0, bars: 0};
  found.figures.push(one);
  const edge = svg.getBoundingClientRect();
  one.size = [edge.width, edge.height];
  const texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  one.texts = texts.length;
  texts.forEach(([name, box], i) => {
    if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)
      one.outside.push([name, named(box), named(edge)]);
    for (const [other, at] of texts.slice(i + 1))
      if (box.left < at.right - 1 && at.left < box.right - 1 && box.top < at.bottom - 1 && at.top < box.bottom - 1)
        one.overlapping.push([name, other]);
  });
  for (const line of svg.querySelectorAll('polyline'))
    if (line.getTotalLength() > 10 && getComputedStyle(line).stroke !== 'none') ++one.lines;
  for (const bar of svg.querySelectorAll('rect'))
    if (bar.getBoundingClientRect().width > 1) ++one.bars;
}
for (const row of document.querySelectorAll('tr')) if (row.getBoundingClientRect().height > 10) ++found.rows;
const shown = document.createElement('pre');
shown.id = 'found';
shown.textContent = JSON.stringify(found);
document.body.append(shown);
</script>"""


class BenchPageTest(ProgramTest):
    def page_of(self, *load):
        definition = self.file("d.asl.json", PASS)
        path = self.path("page.html")
        self.aslx("bench", definition, "--event", '{"n":{{sequence}}}', *load, "--html", path, "-q", code=0)
        return path

    def look(self, path, width):
        with open(path, encoding="utf-8") as file:
            page = file.read()
        probed = self.file("probed.html", page.replace("</body>", PROBE + "</body>"))
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.path('profile')}",
             f"--window-size={width},3000", "--dump-dom", "file://" + probed],
            capture_output=True, text=True, timeout=TIMEOUT_S, check=False, env={**os.environ, "HOME": self.folder})
        match = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.S)
        self.assertTrue(match, done.stderr[-2000:])
        return json.loads(html.unescape(match.group(1)))

    def check(self, found, titles, rows):
        self.assertEqual(found["resources"], 0, "the page loads something")
        self.assertLessEqual(found["page"][0], found["page"][1], "the page is wider than its window")
        self.assertEqual([figure["title"] for figure in found["figures"]], titles)
        self.assertEqual(found["rows"], rows + 1)
        for figure in found["figures"]:
            with self.subTest(figure["title"]):
                self.assertGreater(min(figure["size"]), 50)
                self.assertGreater(figure["texts"], 3)
                self.assertEqual(figure["outside"], [])
                self.assertEqual(figure["overlapping"], [])
                self.assertGreater(figure["lines"] + figure["bars"], 0)

    def test_rates(self):
        path = self.page_of("--rate", "2000,20000,200000,1000000", "--warmup", "100ms", "--duration", "600ms", "--workers", "1")
        for width in (1200, 500):
            with self.subTest(width=width):
                self.check(self.look(path, width), ["Latency at each rate", "Latency by percentile", "Outcomes over time",
                                                    "CPU time an event, by thread"], rows=4)

    def test_workers(self):
        path = self.page_of("--workers", "1,2,3", "--warmup", "100ms", "--duration", "600ms")
        self.check(self.look(path, 1200), ["Throughput by workers", "Efficiency by workers", "Latency by percentile",
                                           "Outcomes over time", "CPU time an event, by thread"], rows=3)
