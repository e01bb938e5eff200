"""A headless Chromium, driven by its DevTools protocol: pages each with their own cookies, clicks, pictures."""

import base64
import contextlib
import email.utils
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket

PROGRAMS = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --mute-audio --lang=es-CO "
    "--no-first-run --disable-extensions --force-color-profile=srgb --remote-debugging-port=0 about:blank"
).split()
PATIENCE = 60  # seconds for anything to appear

# Says how many elements a page has while it still loads something: null, which no two looks have in common.
SIZE = """(() => {
    const busy = ".o_blockUI, .o_view_sample_data_loading, .o_loading_indicator, .o_spreadsheet_loading, .fa-spin";
    const images = [...document.images].every((image) => image.complete || image.loading === "lazy");
    const loaded = document.readyState === "complete" && document.fonts.status === "loaded" && images;
    return loaded && !document.querySelector(busy) ? document.body.innerHTML.length : null;
})()"""
# The first visible element of a selector, whose text is (or else begins with) the one asked for; buttons by title too.
FIND = """((selector, text) => {
    const plain = (node) => (node.innerText || node.value || node.title || "").replace(/\\s+/g, " ").trim();
    const seen = [...document.querySelectorAll(selector)].filter((node) => node.getClientRects().length);
    return !text ? seen[0] : seen.find((node) => plain(node) === text || node.title === text)
        || seen.find((node) => plain(node).startsWith(text));
})(%s, %s)"""

# The clock of the pages, so many milliseconds ahead.
AHEAD = """(() => {
    const Clock = Date;
    window.Date = class extends Clock {
        constructor(...parts) { parts.length ? super(...parts) : super(Clock.now() + %(ms)d); }
        static now() { return Clock.now() + %(ms)d; }
    };
})()"""


class Navegador:
    """The browser, for a `with` block."""

    def __enter__(self):
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if not program:
            raise RuntimeError(f"No browser: none of {', '.join(PROGRAMS)} is installed.")
        self.folder = tempfile.mkdtemp(prefix="navegador")
        self.process = subprocess.Popen(
            [program, f"--user-data-dir={self.folder}", *OPTIONS], stderr=subprocess.PIPE, text=True
        )
        address = next(filter(None, (re.search(r"ws://\S+", line) for line in self.process.stderr)))[0]
        self.socket = websocket.create_connection(address, suppress_origin=True, timeout=PATIENCE * 3)
        self.last = 0
        return self

    def __exit__(self, *_reason):
        with contextlib.suppress(Exception):
            self.pedir("Browser.close")
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pedir(self, method, session=None, **params):
        """The result of a command of the protocol; of events only questions before leaving a page are answered."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        self.socket.send(json.dumps({**message, "sessionId": session} if session else message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "Page.javascriptDialogOpening":  # a form is left as it is
                leave = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                self.socket.send(json.dumps({**leave, "sessionId": answer["sessionId"]}))
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def pagina(self, server):
        """A new page that shares no cookie with the others; `server` is the address before every path."""
        context = self.pedir("Target.createBrowserContext")["browserContextId"]
        target = self.pedir("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.pedir("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Pagina(self, session, server)


def adelanto(server):
    """How many seconds (int) the server's clock is ahead of ours."""
    with urllib.request.urlopen(f"{server}/web/login", timeout=PATIENCE) as answer:
        there = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    return round(there - time.time())


class Pagina:
    def __init__(self, browser, session, server):
        self.browser, self.session, self.server = browser, session, server
        self.pedir("Page.enable")
        self.pedir("Emulation.setTimezoneOverride", timezoneId="America/Bogota")
        self.pedir("Page.addScriptToEvaluateOnNewDocument", source=AHEAD % {"ms": 1000 * adelanto(server)})
        self.pedir("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])

    def pedir(self, method, **params):
        return self.browser.pedir(method, self.session, **params)

    def medir(self, width, height):
        """Make the window that large; narrow ones are telephones."""
        narrow = width < 500
        self.pedir("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=narrow)

    def evaluar(self, script):
        """The value of a JavaScript expression, awaited where it is a promise."""
        options = {"awaitPromise": True, "returnByValue": True}
        answer = self.pedir("Runtime.evaluate", expression=script, **options)
        if failed := answer.get("exceptionDetails"):
            raise RuntimeError(failed.get("exception", {}).get("description") or failed["text"])
        return answer["result"].get("value")

    def esperar(self, script, what):
        """Wait until a JavaScript expression is true."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(RuntimeError):  # the page may be changing for another
                if self.evaluar(f"Boolean({script})"):
                    return
            time.sleep(0.15)
        raise RuntimeError(f"Not there after {PATIENCE} s: {what}")

    def quieta(self, still=4):
        """Wait until nothing on the page has changed in so many looks."""
        sizes = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            time.sleep(0.2)
            with contextlib.suppress(RuntimeError):
                sizes.append(self.evaluar(SIZE))
                if sizes[-1] and len(sizes) > still and len(set(sizes[-still:])) == 1:
                    return

    def abrir(self, path):
        self.pedir("Page.navigate", url=self.server + path)
        self.quieta()

    def entrar(self, login):
        """Log in as a user of the demo, whose password is the login."""
        self.abrir("/web/login")
        self.evaluar(
            f"(() => {{ const form = document.querySelector('form.oe_login_form'); form.login.value = '{login}';"
            f" form.password.value = '{login}'; form.submit(); }})()"
        )
        self.esperar("!location.pathname.startsWith('/web/login') && document.body", f"the login of {login}")
        self.quieta()

    def llamar(self, model, method, *args, **kwargs):
        """What a public method answers to this page's user."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = self.evaluar(
            f"fetch('/web/dataset/call_kw', {{method: 'POST', headers: {{'Content-Type': 'application/json'}}, "
            f"body: {json.dumps(body)}}}).then((answer) => answer.json())"
        )
        if "error" in answer:
            raise RuntimeError(f"{model}.{method}: {answer['error']['data']['message']}")
        return answer["result"]

    def primero(self, model, domain=(), order="id"):
        """The id of the first record, as this user sees them."""
        found = self.llamar(model, "search", list(domain), limit=1, order=order)
        if not found:
            raise RuntimeError(f"The demo has no {model} with {domain}.")
        return found[0]

    def pulsar(self, selector, text="", quiet=True):
        """Click the first visible element of a selector (with that text)."""
        find = FIND % (json.dumps(selector), json.dumps(text))
        self.esperar(find, f"{selector} {text}")
        self.evaluar(f"{find}.click()")
        if quiet:
            self.quieta()

    def escribir(self, selector, text):
        """Type into a field, as a person does."""
        find = FIND % (json.dumps(selector), '""')
        self.esperar(find, selector)
        self.evaluar(f"(() => {{ const field = {find}; field.focus(); field.select?.(); }})()")
        self.pedir("Input.insertText", text=text)
        self.quieta()

    def foto(self, clip=None):
        """PNG of what the window shows, or of a part of it: {x, y, width, height}."""
        options = {"clip": {**clip, "scale": 1}} if clip else {}
        return base64.b64decode(self.pedir("Page.captureScreenshot", format="png", **options)["data"])

    def caja(self, selector, margin=0):
        """Where the first visible element of a selector is: {x, y, width, height}."""
        find = FIND % (json.dumps(selector), '""')
        self.esperar(find, selector)
        box = self.evaluar(
            f"(() => {{ const box = {find}.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }})()"
        )
        x, y = max(0, box[0] - margin), max(0, box[1] - margin)
        return {"x": x, "y": y, "width": box[2] + box[0] - x + margin, "height": box[3] + box[1] - y + margin}
