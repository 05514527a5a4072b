"""Talks HTTP with the browser host as browsers, other programs and other sites would, and tells what came back."""
import http.client
import json
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import logged, run, spin, until  # noqa: E402


def main(asked):
    with open(os.path.join(asked["plugins"], "secims_bridge", "panel", "scenario.js"), "w", encoding="utf-8"):
        # An empty script: no page is opened here.
        pass
    import secims_bridge
    from secims_bridge.hosts import browser, loopback

    browser.QDesktopServices.openUrl = lambda _url: True
    loopback.POLL_SECONDS = 1
    plugin = secims_bridge.classFactory(None)
    plugin.open(["browser"])
    origin, secret = plugin.host.url.split("/#")
    port = int(origin.rsplit(":", 1)[1])
    told = {"port": port, "secretLength": len(secret)}

    def ask(method, path, body=None, token=secret, host=None, origin_header=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        sent = {"Host": host or f"127.0.0.1:{port}", **(headers or {})}
        if token is not None:
            sent["X-Bridge-Token"] = token
        if origin_header is not None:
            sent["Origin"] = origin_header
        connection.request(method, path, body if body is None or isinstance(body, (bytes, str)) else json.dumps(body), sent)
        response = connection.getresponse()
        content = response.read()
        answer_headers = {name.lower(): value for name, value in response.getheaders()}
        connection.close()
        try:
            parsed = json.loads(content)
        except ValueError:
            parsed = content.decode("utf-8", "replace")
        return response.status, parsed, answer_headers

    def status(*args, **named):
        return ask(*args, **named)[0]

    def post(client, seq, *messages):
        return ask("POST", "/post", {"client": client, "seq": seq, "messages": [json.dumps(each) for each in messages]})[:2]

    def poll(client, after, wait=""):
        return ask("GET", f"/poll?client={client}&after={after}{wait}")[:2]

    hello = {"v": 1, "t": "hello", "panel": "t"}

    def call(number, verb="settings.get", **parameters):
        return {"v": 1, "t": "call", "id": number, "m": verb, "p": parameters}

    def strangers():
        good = {"client": "stranger-1", "seq": 1, "messages": [json.dumps(hello)]}
        told["wrong"] = {
            "no token": status("POST", "/post", good, token=None),
            "wrong token": status("POST", "/post", good, token="x" * 43),
            "longer token": status("POST", "/post", good, token=secret + "x"),
            "odd token": status("POST", "/post", good, token="\xe9\xff"),
            "poll without token": status("GET", "/poll?client=stranger-1&after=0", token=None),
            "other Origin": status("POST", "/post", good, origin_header="https://evil.example"),
            "null Origin": status("POST", "/post", good, origin_header="null"),
            "other port in Origin": status("POST", "/post", good, origin_header=f"http://127.0.0.1:{port + 1}"),
            "rebound Host": status("POST", "/post", good, host=f"evil.example:{port}"),
            "localhost Host": status("POST", "/post", good, host=f"localhost:{port}"),
            "page for another Host": status("GET", "/", host=f"evil.example:{port}"),
            "page for another Origin": status("GET", "/page.js", origin_header="https://evil.example"),
            "PUT": status("PUT", "/post", good),
            "OPTIONS": status("OPTIONS", "/post", origin_header="https://evil.example"),
        }
        page = ask("GET", "/", token=None)
        told["page"] = [page[0], page[2]["content-security-policy"], page[2]["content-type"], page[2]["cache-control"]]
        told["files"] = [status("GET", "/page.js", token=None)] + [
            status("GET", path, token=None) for path in (
                "/../plugin.py", "/..%2fplugin.py", "/%2e%2e/plugin.py", "//etc/passwd", "/etc/passwd", "/nothing.js",
                "/index.html/../../plugin.py")]
        told["broken"] = [
            status("POST", "/post", "{"), status("POST", "/post", "[]"), status("POST", "/post", {"client": 5}),
            status("POST", "/post", {"client": "stranger-1", "seq": True, "messages": []}),
            status("POST", "/post", {"client": "stranger-1", "seq": 0, "messages": []}),
            status("POST", "/post", {"client": "stranger-1", "seq": 1, "messages": [5]}),
            status("GET", "/poll?client=stranger-1&after=-1"), status("GET", "/poll?client=x&after=0"),
            status("POST", "/post", "", headers={"Content-Length": "999999999"}),
        ]

    def pages():
        # A page looks whether QGIS is there before it says hello.
        told["first look"] = poll("first-page", 0, "&wait=0")
        # The second post arrives first, and the third twice.
        told["early"] = post("first-page", 2, call(1, "settings.set", locale="fr"))
        told["hello"] = post("first-page", 1, hello)
        told["third"] = post("first-page", 4, call(3))
        told["second"] = post("first-page", 3, call(2, "settings.set", locale="en"))
        told["again"] = post("first-page", 3, call(2, "settings.set", locale="fr"), call(3))
        texts, after = [], 0
        while len(texts) < 4:
            _status, answer = poll("first-page", after)
            after = answer["seq"]
            texts += answer["messages"]
        told["answers"] = [json.loads(text) for text in texts]
        # What the page did not acknowledge comes again, what it did does not.
        told["again from 3"] = [json.loads(text)["id"] for text in poll("first-page", 3, "&wait=0")[1]["messages"]]
        told["acknowledged"] = poll("first-page", 4, "&wait=0")
        held = {}

        def hold():
            began = time.monotonic()
            held["answer"] = poll("first-page", 4)
            held["seconds"] = time.monotonic() - began

        waiting = threading.Thread(target=hold)
        waiting.start()
        time.sleep(0.2)
        told["second page"] = post("second-page", 1, hello)
        waiting.join(5)
        told["first page afterwards"] = [held["answer"], held["seconds"] < 0.9, post("first-page", 5, call(9))]
        told["second page's answer"] = json.loads(poll("second-page", 0)[1]["messages"][0])["t"]
        # A page that asks and asks, and never reads.
        told["flood"] = [poll("second-page", 1, "&wait=0")]
        told["ahead"] = status("POST", "/post", {"client": "second-page", "seq": 3, "messages": ["{}"] * 1001})

    def delays():
        times = []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.connect()
        for number in range(20):
            began = time.monotonic()
            connection.request("POST", "/post", json.dumps({"client": "second-page", "seq": 2 + number, "messages": [
                json.dumps(call(20 + number))]}), {"X-Bridge-Token": secret})
            connection.getresponse().read()
            times.append(time.monotonic() - began)
        connection.close()
        told["middle ms"] = sorted(times)[10] * 1000

    def in_thread(work):
        done = []

        def body():
            try:
                work()
            except Exception as error:  # noqa: BLE001
                done.append(error)
            else:
                done.append(None)

        threading.Thread(target=body, daemon=True).start()
        until(work.__name__, lambda: done, 30)
        if done[0] is not None:
            raise done[0]

    in_thread(strangers)
    spin(0.1)
    told["refused"] = len([line for line in logged if "Refused a request of the browser" in line])
    in_thread(pages)
    in_thread(delays)
    # Nobody reads any more: the queue is dropped, and the page is told to begin anew.
    mailbox = plugin.host._loopback.mailbox
    for _number in range(6000):
        plugin.host.send("{}")
    told["kept"] = len(mailbox._sent)
    lost = []
    threading.Thread(target=lambda: lost.append(poll("second-page", 1)), daemon=True).start()
    told["lost"] = until("the answer", lambda: lost)[0]
    told["secretInLog"] = any(secret in line for line in logged)
    loopback = plugin.host._loopback
    # A browser keeps its lines open: one at rest, one on which it waits for messages.
    resting = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    resting.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
    resting.getresponse().read()
    assert post("third-page", 1, hello)[0] == 200
    # What QGIS answers is read first; the next question then has nothing to bring.
    answered = []
    threading.Thread(target=lambda: answered.append(poll("third-page", 0)), daemon=True).start()
    until("the answer to the hello", lambda: answered)
    waiting, end = [], threading.Event()

    def wait():
        waiting.append(poll("third-page", 1))
        end.set()

    threading.Thread(target=wait, daemon=True).start()

    def serving():
        return len([thread for thread in threading.enumerate() if "process_request_thread" in thread.name])

    until("the two lines", lambda: serving() == 2)
    told["serving"] = [serving()]
    began = time.monotonic()
    plugin.close()
    told["closedInMs"] = (time.monotonic() - began) * 1000
    told["serving"].append(serving())
    end.wait(5)
    told["waiting"] = waiting
    resting.close()
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        told["afterwards"] = "open"
    except OSError:
        told["afterwards"] = "closed"
    # A thread of the server may still have something to say, to a window that is being taken apart.
    before = len(logged)
    in_thread(lambda: loopback.refuse("a request that came too late"))
    spin(0.1)
    told["late"] = logged[before:]
    return told


run(main)
