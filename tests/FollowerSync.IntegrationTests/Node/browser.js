"use strict";
// A browser that somebody looks at the status page with. Reads a JSON object a line (what to open, and how) and writes one back (what was seen).
const { readFileSync } = require("node:fs");
const readline = require("node:readline");
const puppeteer = require("puppeteer-core");

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const watch = () => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
};

// What the first chart says of the day at its left end, before and after somebody draws the mouse across its right half.
const pointAndZoom = async page => {
    const chart = await (await page.$(".u-over")).boundingBox();
    const at = share => [chart.x + chart.width * share, chart.y + chart.height / 2];
    const read = async () => {
        await page.mouse.move(...at(0.005));
        await page.evaluate(() => new Promise(requestAnimationFrame));
        return page.$eval(".u-legend", legend => legend.innerText.replace(/\s+/g, " "));
    };
    const before = await read();
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.75));
    await page.mouse.up();
    return [before, await read()];
};

// The first stream of progress is refused, as by a proxy whose worker is away; waits take a hundredth of their time.
const refuseProgressOnce = async page => {
    let refused = false;
    await page.setRequestInterception(true);
    page.on("request", request => {
        if (refused || !request.url().endsWith("/api/progress"))
            return request.continue();
        refused = true;
        return request.respond({ status: 502 });
    });
    await page.evaluateOnNewDocument(() => {
        const wait = window.setTimeout;
        window.setTimeout = (work, time) => wait(work, time / 100);
    });
};

const look = async (browser, asked) => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const seen = { errors: [], elsewhere: [] };
    page.on("console", message => { if (message.type() === "error") seen.errors.push(message.text()); });
    page.on("pageerror", error => seen.errors.push(String(error)));
    page.on("dialog", async dialog => { seen.errors.push(`dialog: ${dialog.message()}`); await dialog.dismiss(); });
    page.on("request", request => {
        if (!request.url().startsWith("data:") && new URL(request.url()).host !== new URL(asked.url).host)
            seen.elsewhere.push(request.url());
    });
    await page.setViewport({ width: asked.width, height: asked.height, deviceScaleFactor: 1 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: asked.theme }]);
    await page.setExtraHTTPHeaders({ "Accept-Language": asked.language });
    await page.evaluateOnNewDocument(watch);
    await page.setJavaScriptEnabled(asked.script);
    if (asked.refuseProgress)
        await refuseProgressOnce(page);
    const answer = await page.goto(asked.url, { waitUntil: "load" });
    seen.status = answer.status();
    for (const selector of asked.press) {
        const [next] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
        seen.status = next.status();
    }
    if (asked.refuseProgress)
        await page.waitForFunction(() => performance.getEntriesByType("navigation")[0].type === "reload", { timeout: 10000 });
    if (asked.until) {
        console.log("{}");
        await page.waitForFunction(text => document.body.innerText.includes(text), { timeout: 10000 }, asked.until);
    }
    if (asked.script)
        await page.waitForFunction(() => !window.uPlot || !document.querySelector("[data-history] svg.chart"), { timeout: 10000 });
    seen.pointed = asked.point ? await pointAndZoom(page) : [];
    seen.address = new URL(page.url()).pathname;
    seen.text = await page.evaluate(() => document.documentElement.innerText);
    seen.html = await page.content();
    seen.followers = await page.$$eval("[data-followers]", marks => marks.map(mark => mark.textContent));
    seen.background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    seen.overflows = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    seen.violations = asked.script ? await page.evaluate(() => window.violations) : [];
    if (asked.picture) {
        // Pictures are made smaller, for the repository's sake.
        await page.setViewport({ width: asked.width, height: asked.height, deviceScaleFactor: asked.width > 500 ? 0.55 : 0.85 });
        await page.screenshot({ path: asked.picture, type: "png" });
    }
    seen.axe = [];
    if (asked.axe) {
        await page.evaluate(axe);
        seen.axe = await page.evaluate(async () => (await window.axe.run()).violations.map(found => `${found.id}: ${found.nodes.map(node => node.html).join(" ")}`));
    }
    await context.close();
    return seen;
};

(async () => {
    const browser = await puppeteer.launch({
        executablePath: "/usr/bin/chromium",
        // Over a pipe: the browser ends with this script, also when that is killed.
        pipe: true,
        args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking"],
    });
    try {
        for await (const line of readline.createInterface({ input: process.stdin }))
            console.log(JSON.stringify(await look(browser, JSON.parse(line)).catch(error => ({ failure: String(error) }))));
    } finally {
        await browser.close();
    }
})();
