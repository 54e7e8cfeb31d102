#include "settings/reload.h"

#include <catch2/catch.hpp>

#include "settings/agent_reader.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using Lines = std::vector<std::string>;

AgentSettings settings_of(const std::string& more) {
    const auto settings = parse_agent_settings("version: 1\nsystem: crm\n" + more, "f", test_environment);
    INFO((settings ? std::string{} : lines(settings.error())));
    REQUIRE(settings);
    return *settings;
}

}  // namespace

TEST_CASE("the same file changes nothing") {
    const auto running = settings_of("export: [{name: a}, {name: b, timeout: 1m}]\n");
    const auto reload = plan_reload(running, running);
    CHECK(reload.in_force == running);
    CHECK(reload.applied.empty());
    CHECK(reload.needs_restart.empty());
}

TEST_CASE("what can change at once is in force and said") {
    const auto running = settings_of("");
    const auto wanted = settings_of(R"(
tags: {site: "Тверь"}
order: {case: upper, origin: true}
linked_systems: [mes]
attributes: {mask: [phone, email], notes: drop}
steps: {max_open: 5, marker_after: 0, per_step: {cut: {overdue_after: 1h}}}
export: [{timeout: 1m, url: ["https://h/x", "http://g:1"], retry: {first: 1s}, tls: {server_name: jaeger}}]
beat_every: 0
log: {level: debug}
shutdown: {deadline: 1m}
)");
    const auto reload = plan_reload(running, wanted);
    CHECK(reload.in_force == wanted);
    CHECK(reload.needs_restart.empty());
    CHECK(reload.applied == Lines{"tags.site: (not set) -> \"Тверь\"", "order.case: keep -> upper",
                                  "order.origin: false -> true", "linked_systems: [\"*\"] -> [mes]",
                                  "attributes.mask: [] -> [phone, email]", "attributes.notes: keep -> drop",
                                  "steps.marker_after: 5s -> 0", "steps.max_open: 100000 -> 5",
                                  "steps.per_step.cut.overdue_after: (not set) -> 1h",
                                  "steps.per_step.cut.give_up_after: (not set) -> 1d",
                                  "export.jaeger.url: [http://127.0.0.1:14268/api/traces] -> [https://h/x, http://g:1]",
                                  "export.jaeger.timeout: 30s -> 1m", "export.jaeger.retry.first: 500ms -> 1s",
                                  "export.jaeger.tls.server_name: \"\" -> jaeger", "beat_every: 5m -> 0",
                                  "log.level: info -> debug", "shutdown.deadline: 20s -> 1m"});
}

TEST_CASE("what is fixed stays and is said to need a restart") {
    const auto running = settings_of("");
    auto wanted = settings_of(R"(
namespace: shop
listen: [{udp: "127.0.0.1:1", charset: KOI8-R}, {udp: "[::1]:2"}]
journal: {directory: /tmp/j, limit: 1GiB, memory_limit: 1MiB, sync_every: 2s}
admin: {listen: 127.0.0.1:1}
log: {format: json}
)");
    wanted.system = "mes";
    const auto reload = plan_reload(running, wanted);
    CHECK(reload.in_force == running);
    CHECK(reload.applied.empty());
    CHECK(reload.needs_restart ==
          Lines{"system: crm -> mes", "namespace: default -> shop", "listen[0].udp: 127.0.0.1:4747 -> 127.0.0.1:1",
                "listen[0].charset: \"\" -> KOI8-R", "listen[1].udp: (not set) -> \"[::1]:2\"",
                "listen[1].systems: (not set) -> []", "listen[1].namespaces: (not set) -> []",
                "listen[1].charset: (not set) -> \"\"", "listen[1].legacy_charset: (not set) -> windows-1251",
                "listen[1].timezone: (not set) -> UTC", "listen[1].receive_buffer: (not set) -> 8MiB",
                "journal.directory: /var/lib/ordertrace-agent -> /tmp/j", "journal.limit: 256MiB -> 1GiB",
                "journal.memory_limit: 16MiB -> 1MiB", "journal.sync_every: 1s -> 2s",
                "admin.listen: 127.0.0.1:4748 -> 127.0.0.1:1", "log.format: text -> json"});
}

TEST_CASE("another way in needs a restart too") {
    const auto running = settings_of("listen: [{tcp: \"127.0.0.1:1\"}, {directory: /in}]\n");
    const auto wanted =
        settings_of("listen: [{tcp: \"127.0.0.1:1\", idle_timeout: 1m}, {directory: /in, then: remove}]\n");
    const auto reload = plan_reload(running, wanted);
    CHECK(reload.in_force == running);
    CHECK(reload.needs_restart == Lines{"listen[0].idle_timeout: 10m -> 1m", "listen[1].then: move -> remove"});
}

TEST_CASE("destinations come and go only at a start, the rest of theirs changes at once") {
    const auto running = settings_of("export: [{name: a}, {name: b}]\n");
    const auto wanted = settings_of("export: [{name: c}, {name: b, compression: gzip}]\n");
    const auto reload = plan_reload(running, wanted);
    REQUIRE(reload.in_force.destinations.size() == 2);
    CHECK(reload.in_force.destinations[0] == running.destinations[0]);
    CHECK(reload.in_force.destinations[1] == wanted.destinations[1]);
    CHECK(reload.applied == Lines{"export.b.compression: none -> gzip"});
    CHECK(reload.needs_restart == Lines{"export: [a, b] -> [b, c]"});
}

TEST_CASE("another order of the same destinations is no change") {
    const auto running = settings_of("export: [{name: a}, {name: b}]\n");
    const auto reload = plan_reload(running, settings_of("export: [{name: b}, {name: a}]\n"));
    CHECK(reload.in_force == running);
    CHECK(reload.applied.empty());
    CHECK(reload.needs_restart.empty());
}

TEST_CASE("what is removed goes back to its default") {
    const auto running = settings_of("tags: {site: x}\nsteps: {per_step: {cut: {overdue_after: 1h}}}\n");
    const auto reload = plan_reload(running, settings_of(""));
    CHECK(reload.in_force == settings_of(""));
    CHECK(reload.applied == Lines{"tags.site: x -> (not set)", "steps.per_step.cut.overdue_after: 1h -> (not set)",
                                  "steps.per_step.cut.give_up_after: 1d -> (not set)"});
}

TEST_CASE("what the app filled in survives a reload") {
    auto running = settings_of("");
    running.steps.host_name = "host-1";
    const auto reload = plan_reload(running, settings_of("journal: {limit: 1GiB}\n"));
    CHECK(reload.in_force == running);
}
