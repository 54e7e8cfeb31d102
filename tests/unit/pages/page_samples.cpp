#include "unit/pages/page_samples.h"

#include <algorithm>

namespace ordertrace::test {
namespace {

Windows windows_of(Duration median, std::uint64_t count, std::uint64_t failures = 0) {
    const DurationStats day{count, failures, median, median * 3};
    return {day, {count * 6, failures * 2, median, median * 3}, {count * 23, failures * 5, median, median * 4}};
}

StageOverview stage_overview(const std::string& name, std::uint64_t orders, std::uint64_t stuck, Duration oldest,
                             Duration median) {
    StageOverview stage;
    stage.stage = name;
    stage.orders = orders;
    stage.stuck = stuck;
    if (orders > 0) stage.oldest = page_now - oldest;
    stage.stays = windows_of(median, orders / 2 + 1);
    return stage;
}

EdgeOverview edge_overview(const std::string& edge, std::uint64_t sent, std::uint64_t received,
                           std::optional<Duration> missing_for) {
    EdgeOverview row;
    row.edge = edge;
    row.sent = sent;
    row.received = received;
    row.missing = missing_for ? sent - received : 0;
    if (missing_for) row.oldest_missing = page_now - *missing_for;
    return row;
}

SystemOverview system_overview(const std::string& name, Duration seen_ago, std::int64_t lost) {
    SystemOverview system;
    system.system = name;
    system.known = true;
    system.last_seen = page_now - seen_ago;
    system.hosts = {name + "-1", name + "-2"};
    system.lost = lost;
    return system;
}

Fact open_step(const std::string& system, const std::string& step, TimePoint at) {
    auto fact = step_fact(system, step + " (started)", at, Duration{1}, FactResult::none);
    fact.record = FactRecord::started;
    fact.parent.value = 77;
    return fact;
}

Fact overdue_marker(const std::string& system, const std::string& step, TimePoint at) {
    auto fact = step_fact(system, step + " (overdue)", at, Duration{1}, FactResult::timeout);
    fact.record = FactRecord::overdue;
    fact.parent.value = 77;
    return fact;
}

// Created, told to the others, and priced at 9 o'clock.
std::vector<Fact> priced_order() {
    auto calc = step_fact("mes", "calc_price", t0 + 8h + 10min, 48min);
    calc.attempt = 1;
    calc.attempt_max = 3;
    return {status_fact("online-shop", "CREATED", t0 + 8h),
            sent_fact("online-shop", "mes", "CREATED", t0 + 8h + 10s, "m-1"),
            received_fact("online-shop", "mes", "CREATED", t0 + 8h + 40s, "m-1"),
            status_fact("mes", "CREATED", t0 + 8h + 45s),
            sent_fact("online-shop", "crm", "CREATED", t0 + 8h + 20s, "m-2"),
            received_fact("online-shop", "crm", "CREATED", t0 + 8h + 2min, "m-2"),
            status_fact("crm", "CREATED", t0 + 8h + 2min + 5s),
            step_fact("mes", "upload_model", t0 + 8h + 3min, 6min),
            calc,
            status_fact("mes", "PRICED", t0 + 9h)};
}

std::vector<Fact> with(std::vector<Fact> facts, const std::vector<Fact>& more) {
    facts.insert(facts.end(), more.begin(), more.end());
    return facts;
}

}  // namespace

PageContext page_context(Language language) {
    PageContext context;
    context.language = language;
    context.jaeger_url = "http://jaeger.example";
    context.now = page_now;
    return context;
}

Overview quiet_overview() {
    Overview overview;
    overview.at = page_now - 3s;
    overview.caught_up = true;
    overview.orders = 5;
    overview.stages = {stage_overview("CREATED", 2, 0, 10min, 40min), stage_overview("PRICED", 3, 0, 2h, 5h),
                       stage_overview("SHIPPED", 0, 0, 0s, 0s)};
    overview.stages.back().terminal = true;
    return overview;
}

Overview busy_overview() {
    auto overview = quiet_overview();
    overview.orders = 1843;
    overview.stuck = 5;
    overview.stages = {stage_overview("CREATED", 41, 1, 5h, 12min),
                       stage_overview("PRICE_CALCULATED", 212, 3, 76h, 7h),
                       stage_overview("MANUFACTURING_APPROVED", 18, 0, 3h, 50min),
                       stage_overview("MANUFACTURING_STARTED", 340, 1, 200h, 50h),
                       stage_overview("MANUFACTURING_COMPLETED", 55, 0, 20h, 6h),
                       stage_overview("PACKAGING", 12, 0, 4h, 2h),
                       stage_overview("SHIPPED", 1160, 0, 900h, 0s),
                       stage_overview("CANCELLED", 5, 0, 300h, 0s)};
    overview.stages[6].terminal = overview.stages[7].terminal = true;
    overview.steps = {{"mes", "calc_price", windows_of(48min, 60, 2)}, {"mes", "cut_panel", windows_of(3h, 25)}};
    overview.edges = {edge_overview("crm>mes", 812, 812, std::nullopt), edge_overview("mes>crm", 1904, 1902, 2h),
                      edge_overview("online-shop>mes", 1843, 1843, std::nullopt)};
    overview.systems = {system_overview("online-shop", 8s, 0), system_overview("crm", 2s, 3),
                        system_overview("mes", 40min, 0)};
    overview.systems.back().silent_for = 40min;
    return overview;
}

OrderAnswer answer_of(const std::string& order, std::vector<Fact> facts, TimePoint now) {
    static const auto lifecycle = shop_lifecycle();
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.start < b.start; });
    OrderAnswer answer;
    answer.asked = answer.order.order = order;
    answer.order.facts = std::move(facts);
    answer.verdict = judge(lifecycle, answer.order, {}, now, {});
    answer.stays = stays_of(lifecycle, answer.order.facts);
    answer.hand_offs = hand_offs_of(lifecycle, answer.order.facts);
    answer.trace_id = "8d9100000000000000000000000000ff";
    answer.now = now;
    return answer;
}

OrderDigest digest_of(const OrderAnswer& answer) {
    OrderDigest digest;
    digest.order = answer.order.order;
    digest.verdict = answer.verdict;
    return digest;
}

OrderAnswer in_transit_order() {
    auto sent = sent_fact("mes", "crm", "PRICED", t0 + 9h + 20s, "m-3");
    sent.via = "q.price";
    return answer_of("10042", with(priced_order(), {sent}));
}

OrderAnswer failed_order() {
    auto failed = step_fact("mes", "push_to_crm", t0 + 9h + 5min, 20min, FactResult::fail);
    failed.note = "connection refused by crm.internal:8080";
    failed.attempt = failed.attempt_max = 3;
    return answer_of("10043", with(priced_order(), {failed}));
}

OrderAnswer hostile_order() {
    auto note = step_fact("mes", "<b>calc</b>\" onload=\"x", t0 + 1h, 1min, FactResult::fail);
    note.note = "<script>alert(1)</script> \xE2\x80\xAE gnp.exe\n&amp;";
    auto answer = answer_of("<img src=x onerror=alert(1)>", {status_fact("online-shop", "CREATED", t0), note});
    answer.order.aliases = {"crm:\"><svg onload=alert(2)>"};
    answer.alias_traces = {{answer.order.aliases.front(), "00ff"}};
    return answer;
}

OrderAnswer unknown_order_answer(const std::string& asked, std::vector<std::string> nearest) {
    OrderAnswer answer;
    answer.asked = answer.order.order = asked;
    answer.nearest = std::move(nearest);
    answer.now = page_now;
    return answer;
}

std::vector<std::pair<std::string, OrderAnswer>> sample_orders() {
    const auto received = received_fact("mes", "crm", "PRICED", t0 + 9h + 2min, "m-3");
    const auto crm = status_fact("crm", "PRICED", t0 + 9h + 2min + 3s);
    const auto sent = sent_fact("mes", "crm", "PRICED", t0 + 9h + 20s, "m-3");
    const auto seen = with(priced_order(), {sent, received, crm});
    const auto cut = open_step("mes", "cut_panel", t0 + 9h + 30min);
    auto retried = step_fact("mes", "push_to_crm", t0 + 9h + 5min, 20min, FactResult::fail);
    retried.note = "time-out while reading";
    retried.attempt = 1;
    retried.attempt_max = 3;
    return {{"in-transit", in_transit_order()},
            {"failed", failed_order()},
            {"failed-not-retried", answer_of("10044", with(priced_order(), {retried}))},
            {"not-sent", answer_of("10045", priced_order())},
            {"received-not-applied", answer_of("10046", with(priced_order(), {sent, received}))},
            {"late", answer_of("10047", seen, t0 + 50h)},
            {"running", answer_of("10048", with(seen, {cut}))},
            {"running-overdue", answer_of("10049", with(seen, {cut, overdue_marker("mes", "cut_panel", t0 + 10h)}))},
            {"finished", answer_of("10050", with(seen, {status_fact("mes", "SHIPPED", t0 + 15h)}), t0 + 20h)},
            {"on-time", answer_of("10051", seen)},
            {"unknown", unknown_order_answer("1004", {"10042", "10043"})},
            {"hostile", hostile_order()}};
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

}  // namespace ordertrace::test
