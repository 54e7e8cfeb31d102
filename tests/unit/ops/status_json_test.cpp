#include "ops/status_json.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "unit/ops/snapshot_fixture.h"

using namespace ordertrace;
namespace json = boost::json;

TEST_CASE("the status is the whole snapshot as one JSON object") {
    const auto text = status_json(sample_snapshot());
    CHECK(text.back() == '\n');
    const auto want = json::parse(R"({
        "version": "0.1.0", "system": "crm", "state": "ready",
        "time": "2026-11-22T00:01:30.500000Z", "started": "2026-11-22T00:00:00.000000Z", "uptime_seconds": 90,
        "balance": {
            "datagrams_received": 12, "datagrams_lost_in_kernel": 3, "received": 14,
            "accepted": {"span": 5, "start": 2, "end": 1, "status": 1, "sent": 0, "recv": 0, "note": 1, "mark": 0,
                         "alias": 0, "beat": 1, "other": 1},
            "rejected": {"marker": 1, "version": 0, "verb": 0, "order": 1, "order_long": 0, "json": 0},
            "became": {"span": 7, "opened": 2, "attached": 1, "seen": 1, "duplicate": 1, "refused": 0},
            "own": {"started": 1, "overdue": 0, "abandoned": 0, "title": 1, "beat": 1},
            "recorded": 10, "missing": 4, "span_id_conflicts": 2,
            "identities": [
                {"identity": "received = accepted + rejected", "left": 14, "right": 14, "holds": true},
                {"identity": "accepted = became", "left": 12, "right": 12, "holds": true},
                {"identity": "recorded = became span + own", "left": 10, "right": 10, "holds": true},
                {"identity": "jaeger: recorded = delivered + pending + dropped", "left": 10, "right": 10, "holds": true},
                {"identity": "board: recorded = delivered + pending + dropped", "left": 10, "right": 10, "holds": true}]},
        "open_steps": {"count": 2, "oldest_seconds": {"cut \"panel\"\n\\": 90.5}},
        "destinations": [
            {"name": "jaeger", "up": false, "pending": 1, "delivered": 6,
             "dropped": {"journal_full": 2, "memory_full": 0, "memory": 0, "refused": 1, "corrupt": 0, "crash": 0,
                         "before": 0},
             "last_error": "http://127.0.0.1:14268: Connection refused"},
            {"name": "board", "up": null, "pending": 0, "delivered": 10,
             "dropped": {"journal_full": 0, "memory_full": 0, "memory": 0, "refused": 0, "corrupt": 0, "crash": 0,
                         "before": 0},
             "last_error": null}],
        "journal": {"bytes": 4096, "limit_bytes": 268435456, "segments": 2, "in_memory": false, "last_error": null},
        "listeners": [
          {"listener": "tcp 127.0.0.1:4747", "connections": 3, "refused": {"sender": 0, "connections": 2}},
          {"listener": "directory /var/spool/in", "files": {"taken": 5, "troubled": 1}}],
        "last_seen": {"crm": "2026-11-22T00:01:20.250000Z"},
        "receive_buffer_bytes": 425984,
        "configuration": {"last_reload_successful": true, "last_reload": "2026-11-22T00:00:00.000000Z"},
        "rejects": [{"received": "2026-11-22T00:01:00.000001Z", "reason": "marker", "from": "127.0.0.1:5000",
                     "text": "hello \u001b[31m\ufffd \ufffd <b>"}]
    })");
    CHECK(json::parse(text) == want);
}

TEST_CASE("text from outside stays inside its string") {
    const auto text = status_json(sample_snapshot());
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == text.size() - 1);
    CHECK(text.find("hello \\u001b[31m") != std::string::npos);
}

TEST_CASE("the state follows readiness, and draining outweighs it") {
    auto agent = sample_snapshot();
    const auto state = [&] { return json::parse(status_json(agent)).at("state").as_string(); };
    CHECK(state() == "ready");
    agent.draining = true;
    CHECK(state() == "draining");
    agent = {};
    CHECK(state() == "starting");
}
