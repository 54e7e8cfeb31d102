#include "orders/summary.h"

#include <malloc.h>
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

constexpr auto now = t0 + 24h * 40 + 30min;

OrderDigest in_stage(const std::string& stage, VerdictKind kind = VerdictKind::on_time) {
    OrderDigest digest;
    digest.verdict.kind = kind;
    digest.verdict.stage = stage;
    return digest;
}

Stay stay_of(const std::string& stage, TimePoint until, Duration length) {
    return {stage, "mes", until - length, until, {}};
}

// Everything a summary tells, as text: equal texts, equal summaries.
std::string text_of(const DurationStats& stats) {
    const auto micros = [](const auto& value) { return value ? std::to_string(value->count()) : std::string{"-"}; };
    return std::to_string(stats.count) + '/' + std::to_string(stats.failures) + '/' + micros(stats.median) + '/' +
           micros(stats.p95) + ' ';
}

std::string text_of(const Windows& windows) {
    return text_of(windows.day) + text_of(windows.week) + text_of(windows.four_weeks);
}

std::string text_of(Summary& summary) {
    std::string text;
    for (const auto& row : summary.stages(now)) {
        text += row.stage + ' ' + std::to_string(row.orders) + ' ' + std::to_string(row.stuck) + ' ';
        for (const auto& [kind, count] : row.stuck_by) text += std::string{word_for(kind)} + std::to_string(count);
        text += text_of(row.stays) + '\n';
    }
    for (const auto& row : summary.steps(now)) text += row.system + ' ' + row.step + ' ' + text_of(row.runs) + '\n';
    for (const auto& row : summary.edges())
        text += row.edge + ' ' + std::to_string(row.sent) + ' ' + std::to_string(row.received) + ' ' +
                std::to_string(row.missing) + '\n';
    return text;
}

OrderDigest any_digest() {
    const auto stage = [] { return *rc::gen::element<std::string>("CREATED", "PRICED", "SHIPPED", "", "GONE"); };
    const auto end = [] { return now - std::chrono::minutes{*rc::gen::inRange(0, 60 * 24 * 40)}; };
    const auto length = [] { return Duration{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)}; };
    auto digest = in_stage(stage(), static_cast<VerdictKind>(*rc::gen::inRange(0, 11)));
    digest.verdict.overdue = *rc::gen::arbitrary<bool>();
    for (auto left = *rc::gen::inRange(0, 4); left > 0; --left) {
        digest.stays.push_back(stay_of(stage(), end(), length()));
        digest.runs.push_back(
            {"mes", *rc::gen::element<std::string>("cut", "glue"), end(), length(), *rc::gen::arbitrary<bool>()});
        digest.edges.push_back({*rc::gen::element<std::string>("mes>crm", "crm>mes"), 2, 1, 1, t0});
    }
    return digest;
}

}  // namespace

TEST_CASE("orders are counted by stage, in the lifecycle's order") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    summary.add(in_stage("PRICED"));
    summary.add(in_stage("PRICED", VerdictKind::late));
    summary.add(in_stage("PRICED", VerdictKind::late));
    summary.add(in_stage("PRICED", VerdictKind::failed));
    summary.add(in_stage("SHIPPED", VerdictKind::finished));
    const auto rows = summary.stages(now);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].stage == "CREATED");
    CHECK(rows[0].orders == 0);
    CHECK(rows[1].orders == 4);
    CHECK(rows[1].stuck == 3);
    CHECK(rows[1].stuck_by == std::map<VerdictKind, std::uint64_t>{{VerdictKind::failed, 1}, {VerdictKind::late, 2}});
    CHECK(rows[2].terminal);
    CHECK(rows[2].stuck == 0);
    summary.add(in_stage(""));
    CHECK(summary.stages(now).front().stage.empty());
    CHECK(summary.stages(now).front().orders == 1);
}

TEST_CASE("durations are told by windows of whole hours") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    auto digest = in_stage("PRICED");
    const auto add_run = [&](Duration before, Duration duration, bool failed) {
        digest.runs.push_back({"mes", "cut", now - before, duration, failed});
    };
    for (int i = 1; i <= 100; ++i) add_run(1h, std::chrono::seconds{i}, i > 90);
    add_run(24h + 29min, 1h, false);
    add_run(24h + 31min, 1h, false);
    add_run(24h * 7 + 31min, 1h, true);
    add_run(24h * 28 + 31min, 1h, true);
    summary.add(digest);
    const auto rows = summary.steps(now);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].system == "mes");
    CHECK(rows[0].step == "cut");
    CHECK(rows[0].runs.day.count == 101);
    CHECK(rows[0].runs.day.failures == 10);
    CHECK(rows[0].runs.week.count == 102);
    CHECK(rows[0].runs.four_weeks.count == 103);
    CHECK(rows[0].runs.four_weeks.failures == 11);
    REQUIRE(rows[0].runs.day.median.has_value());
    CHECK(static_cast<double>(rows[0].runs.day.median->count()) == Approx(51e6).epsilon(0.05));
    CHECK(static_cast<double>(rows[0].runs.day.p95->count()) == Approx(96e6).epsilon(0.05));
}

TEST_CASE("median and p95 of equal durations are exact to 5 %") {
    CHECK(rc::check([] {
        const Duration length{*rc::gen::inRange<std::int64_t>(2, 8'000'000'000'000)};
        DurationHistogram histogram;
        histogram.add(now, length, false);
        const auto stats = histogram.since(HourPoint::min());
        RC_ASSERT(stats.median == stats.p95);
        RC_ASSERT(std::abs(stats.median->count() - length.count()) * 20 <= length.count());
    }));
}

TEST_CASE("an end whose start nobody saw counts, without a duration") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    auto digest = in_stage("PRICED");
    digest.runs.push_back({"mes", "cut", now, 1us, true});
    summary.add(digest);
    CHECK(summary.steps(now).at(0).runs.day == DurationStats{1, 1, std::nullopt, std::nullopt});
    digest.runs.push_back({"mes", "cut", now, 1h, false});
    summary.add(digest);
    CHECK(static_cast<double>(summary.steps(now).at(0).runs.day.median->count()) == Approx(36e8).epsilon(0.05));
}

TEST_CASE("finished stays are told by windows, open ones are not") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    auto digest = in_stage("PRICED");
    digest.stays = {stay_of("CREATED", now, 60s), stay_of("CREATED", now - 1h, 61s), stay_of("CREATED", now, 24h * 31)};
    digest.stays.push_back({"PRICED", "mes", now, std::nullopt, {}});
    summary.add(digest);
    CHECK(summary.stages(now)[0].stays.day.count == 3);
    CHECK(summary.stages(now)[1].stays.day.count == 0);
}

TEST_CASE("edges and steps come in the order of their systems, then by name") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    auto digest = in_stage("PRICED");
    for (const auto* edge : {"mes>crm", "dhl>mes", "online-shop>mes", "online-shop>crm"})
        digest.edges.push_back({edge, 3, 2, 1, t0});
    for (const auto* system : {"mes", "dhl", "crm"}) digest.runs.push_back({system, "push", now, 1s, false});
    summary.add(digest);
    std::vector<std::string> edges, steps;
    for (const auto& row : summary.edges()) edges.push_back(row.edge);
    for (const auto& row : summary.steps(now)) steps.push_back(row.system);
    CHECK(edges == std::vector<std::string>{"online-shop>crm", "online-shop>mes", "mes>crm", "dhl>mes"});
    CHECK(steps == std::vector<std::string>{"crm", "mes", "dhl"});
    CHECK(summary.edges().at(0).missing == 1);
}

TEST_CASE("what was added and removed was never there") {
    CHECK(rc::check([] {
        const auto lifecycle = shop_lifecycle();
        std::vector<OrderDigest> kept, gone;
        for (auto left = *rc::gen::inRange(0, 5); left > 0; --left) kept.push_back(any_digest());
        for (auto left = *rc::gen::inRange(0, 5); left > 0; --left) gone.push_back(any_digest());
        Summary summary{lifecycle};
        for (const auto& digest : gone) summary.add(digest);
        if (*rc::gen::arbitrary<bool>()) (void)summary.stages(now);
        for (const auto& digest : kept) summary.add(digest);
        for (const auto& digest : gone) summary.remove(digest);
        Summary rest{lifecycle};
        for (const auto& digest : kept) rest.add(digest);
        RC_ASSERT(text_of(summary) == text_of(rest));
    }));
}

TEST_CASE("hours that are forgotten stay forgotten") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    auto digest = in_stage("PRICED");
    digest.runs.push_back({"mes", "cut", now, 1h, false});
    summary.add(digest);
    CHECK(summary.steps(now + 24h * 29).empty());
    summary.add(digest);
    summary.remove(digest);
    summary.remove(digest);
    CHECK(summary.steps(now + 24h).empty());
}

TEST_CASE("further steps and edges than there is room for are counted together") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    const auto run_of = [](int i) {
        auto digest = in_stage("PRICED");
        digest.runs.push_back({"mes", "step" + std::to_string(1000 + i), now, 1h, false});
        digest.edges.push_back({"mes>s" + std::to_string(1000 + i), 1, 0, 0, t0});
        return digest;
    };
    for (int i = 0; i < 1002; ++i) summary.add(run_of(i));
    auto steps = summary.steps(now);
    REQUIRE(steps.size() == 201);
    CHECK(steps.back().step == "other");
    CHECK(steps.back().runs.day.count == 802);
    const auto edges = summary.edges();
    REQUIRE(edges.size() == 1001);
    CHECK(edges.back().edge == "other");
    CHECK(edges.back().sent == 2);
    for (int i = 0; i < 1001; ++i) summary.remove(run_of(i));
    steps = summary.steps(now);
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].runs.day.count == 1);
}

TEST_CASE("memory grows with hours and durations, not with orders") {
    const auto lifecycle = shop_lifecycle();
    Summary summary{lifecycle};
    const auto before = mallinfo2().uordblks;
    for (int i = 0; i < 20'000; ++i) {
        auto digest = in_stage("SHIPPED");
        digest.stays = {stay_of("CREATED", now - std::chrono::minutes{i}, std::chrono::seconds{i % 3600}),
                        stay_of("PRICED", now - std::chrono::minutes{i}, std::chrono::minutes{i % 300})};
        summary.add(digest);
    }
    CHECK(mallinfo2().uordblks - before < 1024 * 1024);
    CHECK(summary.stages(now).back().orders == 20'000);
}
