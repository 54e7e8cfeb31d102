// A snapshot with every list filled and a balance that adds up, for the tests of what is rendered from it.
#pragma once

#include "ops/agent_snapshot.h"

namespace ordertrace {

inline Balance sample_balance() {
    Balance balance;
    auto& intake = balance.intake;
    intake.datagrams_received = 12;
    intake.datagrams_lost_in_kernel = 3;
    intake.events_received = 14;
    intake.accepted = {5, 2, 1, 1, 0, 0, 1, 0, 0, 1, 1};
    intake.rejected = {1, 0, 0, 1, 0, 0};
    intake.became = {7, 2, 1, 1, 1, 0};
    intake.own = {1, 0, 0, 1, 1};
    intake.events_missing = 4;
    intake.span_id_conflicts = 2;
    intake.recorded = 10;
    balance.destinations = {
        {.name = "jaeger", .delivered = 6, .pending = 1, .dropped = {2, 0, 0, 1, 0, 0, 0}, .committed = 9},
        {.name = "board", .delivered = 10, .pending = 0, .dropped = {}, .committed = 10}};
    return balance;
}

inline AgentSnapshot sample_snapshot() {
    AgentSnapshot agent;
    agent.started = from_micros(1'795'305'600'000'000);
    agent.now = from_micros(1'795'305'690'500'000);
    agent.system = "crm";
    agent.ready = true;
    agent.balance = sample_balance();
    agent.journal = {.bytes = 4096, .limit_bytes = 268'435'456, .segments = 2, .in_memory = false, .last_error = ""};
    agent.destinations = {{.name = "jaeger",
                           .up = false,
                           .requests = {{"202", 3}, {"refused", 1}},
                           .request_buckets = {0, 1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4},
                           .request_seconds_sum = 5.25,
                           .certificate_expiry = 1'800'000'000,
                           .last_error = "http://127.0.0.1:14268: Connection refused"},
                          {.name = "board",
                           .up = std::nullopt,
                           .requests = {},
                           .request_buckets = {},
                           .certificate_expiry = std::nullopt,
                           .last_error = ""}};
    agent.open_steps = 2;
    agent.oldest_open_seconds = {{"cut \"panel\"\n\\", 90.5}};
    agent.step_durations = {
        {.step = "cut_panel", .result = "ok", .buckets = {1, 1, 2, 2, 2, 2, 2, 2, 2}, .seconds_sum = 3.5}};
    agent.last_seen = {{"crm", from_micros(1'795'305'680'250'000)}};
    agent.receive_buffer_bytes = 425'984;
    agent.listeners = {{.listener = "tcp 127.0.0.1:4747",
                        .connections = 3,
                        .refused = {{"sender", 0}, {"connections", 2}},
                        .files = {}},
                       {.listener = "directory /var/spool/in",
                        .connections = std::nullopt,
                        .refused = {},
                        .files = {{"taken", 5}, {"troubled", 1}}}};
    agent.last_reload = agent.started;
    agent.rejects = {{.received = from_micros(1'795'305'660'000'001),
                      .reason = "marker",
                      .from = "127.0.0.1:5000",
                      .text = "hello \x1b[31m\xC2\x9B \xFF <b>"}};
    return agent;
}

}  // namespace ordertrace
