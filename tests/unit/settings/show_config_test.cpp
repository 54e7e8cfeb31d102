#include "settings/show_config.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "settings/addresses.h"
#include "settings/agent_reader.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Printable ASCII, quotes, variables and Cyrillic: everything a value may hold.
rc::Gen<std::string> any_text(std::size_t most) {
    const auto piece = rc::gen::oneOf(
        rc::gen::map(rc::gen::inRange(0x20, 0x7F), [](int c) { return std::string(1, static_cast<char>(c)); }),
        rc::gen::element<std::string>("${", "$${", "}", "Ж", "null", "true", ": ", " #", "- ", "[::1]:1"));
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [most](const auto& pieces) {
        std::string text;
        for (const auto& one : pieces)
            if (text.size() + one.size() <= most) text += one;
        return text;
    });
}

Duration duration_in(Duration least, Duration most) {
    return Duration{*rc::gen::inRange<std::int64_t>(least.count(), most.count() + 1)};
}

StepLimits any_limits() {
    StepLimits limits;
    limits.overdue_after = duration_in(milliseconds{1}, hours{24 * 90} - Duration{1});
    limits.give_up_after = duration_in(limits.overdue_after + Duration{1}, hours{24 * 90});
    return limits;
}

AgentSettings any_settings() {
    AgentSettings settings;
    settings.system = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string{"az09_.-"})));
    settings.system.resize(std::min<std::size_t>(settings.system.size(), 64));
    settings.tags.emplace_back("text", *any_text(1024));
    settings.order.letter_case = *rc::gen::element(OrderSettings::Case::keep, OrderSettings::Case::upper);
    settings.steps.origin = *rc::gen::arbitrary<bool>();
    settings.listen[0].address = *parse_endpoint(*rc::gen::element<std::string>("[::1]:4747", "127.0.0.1:0"));
    settings.listen[0].receive_buffer = *rc::gen::inRange<std::uint64_t>(4096, (1ULL << 30U) + 1);
    settings.steps.limits = any_limits();
    settings.steps.max_open = *rc::gen::inRange<std::size_t>(1, 10'000'001);
    const auto step = *any_text(128);
    if (!step.empty() && step != "-") settings.steps.per_step[step] = any_limits();
    settings.journal.limit = *rc::gen::inRange<std::uint64_t>(1U << 20U, (1ULL << 40U) + 1);
    settings.steps.max_open_bytes = settings.journal.limit / 2;
    settings.destinations[0].retry_first = duration_in(milliseconds{1}, hours{1});
    settings.destinations[0].retry_max = duration_in(settings.destinations[0].retry_first, hours{1});
    settings.beat_every = *rc::gen::element(Duration{0}, Duration{milliseconds{100}}, Duration{hours{24}});
    settings.log.level = *rc::gen::element(LogSettings::Level::debug, LogSettings::Level::error);
    return settings;
}

}  // namespace

TEST_CASE("any settings survive being shown and read") {
    CHECK(rc::check([] {
        const auto settings = any_settings();
        const auto shown = show_config(settings);
        const auto again = parse_agent_settings(shown, "shown.yaml", test_environment);
        if (!again) RC_FAIL(lines(again.error()) + shown);
        RC_ASSERT(*again == settings);
    }));
}

TEST_CASE("show-config names files of credentials and never opens them for it") {
    AgentSettings settings;
    settings.system = "crm";
    settings.destinations[0].auth.bearer_token_file = ORDERTRACE_SOURCE_DIR "/config/agent.minimal.yaml";
    const auto shown = show_config(settings);
    CHECK(shown.find("bearer_token_file: " + settings.destinations[0].auth.bearer_token_file + "\n") !=
          std::string::npos);
    CHECK(shown.find("my-system") == std::string::npos);
}
