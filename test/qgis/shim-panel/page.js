/* A page that does what the panel never would; which scenario is in scenario.js, what came of it on QGIS's clipboard. */
/* Written for QtWebKit: no fetch, no async, no object spread. */
;(function () {
  var answers = {}
  var listeners = []
  var nextId = 1
  var send

  var take = function (text) {
    var message = JSON.parse(text)
    if (message.id !== undefined && answers[message.id]) {
      answers[message.id](message)
      delete answers[message.id]
    }
    listeners.forEach(function (listener) {
      listener(message)
    })
  }
  var answerTo = function (id, sendIt) {
    return new Promise(function (resolve) {
      answers[id] = resolve
      sendIt()
    })
  }
  var raw = function (message) {
    return answerTo(message.id, function () {
      send(JSON.stringify(message))
    })
  }
  var call = function (verb, parameters) {
    return raw({ v: 1, t: 'call', id: nextId++, m: verb, p: parameters })
  }
  var hello = function () {
    return new Promise(function (resolve) {
      var listener = function (message) {
        if (message.t !== 'hello') return
        listeners.splice(listeners.indexOf(listener), 1)
        resolve(message)
      }
      listeners.push(listener)
      send(JSON.stringify({ v: 1, t: 'hello', panel: 'test' }))
    })
  }
  var later = function (ms) {
    return new Promise(function (resolve) {
      setTimeout(resolve, ms)
    })
  }
  var codeOf = function (message) {
    return message.t === 'err' ? message.e.code : 'ok'
  }
  var report = function (told) {
    return call('clipboard.copy', { text: JSON.stringify({ report: told }) })
  }
  var many = function (count) {
    return new Array(count + 1).join('x')
  }

  var scenarios = {
    talk: function (told) {
      var steps = [
        ['beforeHello', function () { return call('settings.get') }],
        ['hello', hello],
        ['settings', function () { return call('settings.get') }],
        ['change', function () { return call('settings.set', { locale: 'fr', connection: 'c0123456789ab' }) }],
        ['unicode', function () { return call('connections.test', { connection: 'größe ✓' }) }],
        ['unknownVerb', function () { return call('file.read', { path: '/etc/passwd' }) }],
        ['inherited', function () { return call('__class__', {}) }],
        ['wrongType', function () { return call('settings.set', { locale: 5 }) }],
        ['extra', function () { return call('settings.get', { path: '/etc/passwd' }) }],
        ['pathAsHandle', function () { return call('file.discard', { file: '../../etc/passwd' }) }],
        ['lineFeed', function () { return call('connections.test', { connection: 'c0123456789ab\n' }) }],
        ['noParameters', function () { return call('clipboard.copy') }],
        ['longText', function () { return call('clipboard.copy', { text: many(200000) }) }],
        ['tenMegabytes', function () { return call('clipboard.copy', { text: many(10500000) }) }],
        ['tooLong', function () { return call('clipboard.copy', { text: many(12500000) }) }],
        ['noJson', function () { send('{"v":1,"t":"call",'); send('{"v":1,"t":"call","id":NaN,"m":"x"}'); send('[]'); return call('settings.get') }],
        ['noConnection', function () { return call('connections.test', { connection: 'c0123456789ab' }) }],
        ['order', function () {
          var wanted = []
          var seen = []
          for (var n = 0; n < 40; n += 1) wanted.push(call('settings.get').then(function (message) { seen.push(message.id) }))
          return Promise.all(wanted).then(function () {
            return { t: 'ok', inOrder: seen.every(function (id, at) { return at === 0 || id > seen[at - 1] }) }
          })
        }],
      ]
      return steps.reduce(function (before, step) {
        return before.then(step[1]).then(function (message) {
          told[step[0]] = step[0] === 'beforeHello' || message.t === 'err' ? { code: codeOf(message), message: message.e && message.e.message } : message
        })
      }, later(0))
    },

    wait: function (told) {
      return hello().then(function () {
        return call('connections.list').then(function (listed) {
          var id = nextId
          var testing = call('connections.test', { connection: listed.r.connections[0].id })
          return later(200)
            .then(function () { send(JSON.stringify({ v: 1, t: 'cancel', id: id })); return testing })
            .then(function (message) { told.cancelled = codeOf(message) })
        })
      })
    },

    escape: function (told) {
      var evil = told.evil
      var attempts = {
        location: function () { window.location = evil + '/location' },
        file: function () { window.location = 'file:///etc/passwd' },
        otherFile: function () { window.location = 'other.html' },
        javascript: function () { window.location = 'javascript:document.write("gone")' },
        refresh: function () {
          var meta = document.createElement('meta')
          meta.httpEquiv = 'refresh'
          meta.content = '0;url=' + evil + '/refresh'
          document.head.appendChild(meta)
        },
        open: function () { window.open(evil + '/open') },
        form: function () {
          var form = document.createElement('form')
          form.method = 'POST'
          form.action = evil + '/form'
          document.body.appendChild(form)
          form.submit()
        },
        link: function () {
          var link = document.createElement('a')
          link.href = evil + '/link'
          document.body.appendChild(link)
          link.click()
        },
        blank: function () {
          var link = document.createElement('a')
          link.href = evil + '/blank'
          link.target = '_blank'
          document.body.appendChild(link)
          link.click()
        },
        download: function () {
          var link = document.createElement('a')
          link.href = evil + '/download'
          link.download = 'x'
          document.body.appendChild(link)
          link.click()
        },
        frame: function () {
          var frame = document.createElement('iframe')
          frame.src = evil + '/frame'
          document.body.appendChild(frame)
        },
        image: function () { new Image().src = evil + '/image' },
        script: function () {
          var script = document.createElement('script')
          script.src = evil + '/script.js'
          document.body.appendChild(script)
        },
        inline: function () {
          var box = document.createElement('div')
          box.innerHTML = '<img src=x onerror="document.title = \'pwned\'">'
          document.body.appendChild(box)
        },
        request: function () {
          var request = new XMLHttpRequest()
          request.open('GET', evil + '/request')
          request.send()
        },
        readFile: function () {
          var request = new XMLHttpRequest()
          request.onload = function () { told.fileRead = request.responseText.length }
          request.open('GET', 'file:///etc/passwd')
          request.send()
        },
      }
      told.threw = []
      return Object.keys(attempts)
        .reduce(function (before, name) {
          return before.then(function () {
            try {
              attempts[name]()
            } catch (error) {
              told.threw.push(name)
            }
            return later(60)
          })
        }, later(0))
        .then(function () { return later(500) })
        .then(function () {
          told.href = window.location.href
          told.title = document.title
          return hello()
        })
    },
  }

  var run = function (told) {
    told.url = window.location.href
    scenarios[told.scenario](told)
      .then(null, function (error) { told.broke = String(error && error.stack || error) })
      .then(function () { return report(told) })
  }

  var overLoopback = function () {
    var token = window.location.hash.slice(1)
    var client = 'client-' + Math.random().toString(36).slice(2) + Date.now()
    var seq = 0
    var after = 0
    var ask = function (method, path, body, done) {
      var request = new XMLHttpRequest()
      request.open(method, path)
      request.setRequestHeader('X-Bridge-Token', token)
      request.onload = function () { done(request.status, request.status === 200 ? JSON.parse(request.responseText) : null) }
      request.send(body)
    }
    send = function (text) {
      seq += 1
      // Several at once: they arrive in any order.
      ask('POST', '/post', JSON.stringify({ client: client, seq: seq, messages: [text] }), function () {})
    }
    var poll = function () {
      ask('GET', '/poll?client=' + client + '&after=' + after, null, function (status, body) {
        if (status !== 200) return
        after = body.seq
        body.messages.forEach(take)
        poll()
      })
    }
    poll()
    run(window.scenario)
  }

  if (window.location.protocol === 'file:') {
    var open = function () {
      window.qgisHost.message.connect(take)
      send = function (text) { window.qgisHost.post(text) }
      run(window.scenario)
    }
    if (window.qgisHost) open()
    else document.addEventListener('qgishostready', open)
  } else overLoopback()
})()
