#include "settings/lifecycle_reader.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Lifecycle read_good(const std::string& text) {
    const auto lifecycle = parse_lifecycle(text, "f", test_environment);
    INFO((lifecycle ? std::string{} : lines(lifecycle.error())));
    REQUIRE(lifecycle);
    return *lifecycle;
}

std::string messages(const std::string& text) {
    const auto lifecycle = parse_lifecycle(text, "f", test_environment);
    return lifecycle ? std::string{} : lines(lifecycle.error());
}

std::string limit_text(const Limit& limit) {
    return std::to_string(std::chrono::duration_cast<seconds>(limit.length).count()) + "s" +
           (limit.business ? " business" : "");
}

// One stage on one line: NAME by SYSTEM reaches a 300s, b 300s; next X, Y; within 3600s; terminal
std::string stage_text(const Stage& stage) {
    std::string text = stage.name;
    if (!stage.set_by.empty()) text += " by " + stage.set_by;
    for (const auto& reach : stage.reaches)
        text += (&reach == stage.reaches.data() ? " reaches " : ", ") + reach.system + " " + limit_text(reach.within);
    for (const auto& next : stage.next) text += (&next == stage.next.data() ? "; next " : ", ") + next;
    if (stage.within) text += "; within " + limit_text(*stage.within);
    return stage.terminal ? text + "; terminal" : text;
}

std::vector<std::string> stage_texts(const Lifecycle& lifecycle) {
    std::vector<std::string> texts;
    for (const auto& stage : lifecycle.stages) texts.push_back(stage_text(stage));
    return texts;
}

TimePoint utc(int year, unsigned month, unsigned day, int hour) {
    return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}} +
           hours{hour};
}

}  // namespace

// Each file of tests/settings/lifecycle/bad lies beside the messages it must lead to, whole and in order.
TEST_CASE("every bad lifecycle is refused with all of its messages") {
    const auto files = settings_files("lifecycle/bad");
    CHECK(files.size() >= 30);
    for (const auto& file : files) {
        const std::filesystem::path path{file};
        CAPTURE(path.filename().string());
        const auto lifecycle = parse_lifecycle(read_file(file), path.filename().string(), test_environment);
        REQUIRE_FALSE(lifecycle);
        CHECK(lines(lifecycle.error()) == read_file(std::filesystem::path{path}.replace_extension(".txt").string()));
    }
}

TEST_CASE("a lifecycle that cannot be read is one problem without a place") {
    const auto missing = read_lifecycle("/nonexistent/lifecycle.yaml");
    REQUIRE_FALSE(missing);
    CHECK(lines(missing.error()) ==
          "/nonexistent/lifecycle.yaml: the file cannot be read: No such file or directory\n");
}

TEST_CASE("config/lifecycle.yaml is the way of the shop's orders") {
    const auto lifecycle = read_lifecycle(ORDERTRACE_SOURCE_DIR "/config/lifecycle.yaml");
    INFO((lifecycle ? std::string{} : lines(lifecycle.error())));
    REQUIRE(lifecycle);
    CHECK(lifecycle->name_space == "shop");
    CHECK(lifecycle->skew == seconds{30});
    CHECK(lifecycle->retry_within == minutes{10});
    CHECK(lifecycle->ignore_steps == std::vector<std::string>{"http *", "GET*"});
    REQUIRE(lifecycle->systems.size() == 3);
    for (const auto& system : lifecycle->systems) CHECK(system.silent_after == minutes{15});
    CHECK(lifecycle->systems[0].name == "online-shop");
    CHECK(lifecycle->systems[1].name == "crm");
    CHECK(lifecycle->systems[2].name == "mes");
    CHECK(stage_texts(*lifecycle) ==
          std::vector<std::string>{
              "CREATED by online-shop reaches crm 300s, mes 300s; next PRICE_CALCULATED, CANCELLED; within 3600s",
              "PRICE_CALCULATED by mes reaches crm 300s; next MANUFACTURING_APPROVED, CANCELLED; "
              "within 86400s business",
              "MANUFACTURING_APPROVED by crm reaches mes 300s; next MANUFACTURING_STARTED, CANCELLED; "
              "within 28800s business",
              "MANUFACTURING_STARTED by mes reaches crm 900s; next MANUFACTURING_COMPLETED; within 432000s",
              "MANUFACTURING_COMPLETED by mes reaches crm 900s; next PACKAGING; within 86400s",
              "PACKAGING by mes reaches crm 900s; next SHIPPED; within 86400s",
              "SHIPPED by mes reaches crm 900s, online-shop 900s; terminal", "CANCELLED; terminal"});
    const auto& calendar = lifecycle->calendar;
    REQUIRE(calendar.open().size() == 5);
    for (unsigned day = 1; day <= 5; ++day) CHECK(calendar.open()[day - 1] == OpenHours{day, hours{9}, hours{18}});
    using namespace std::chrono_literals;
    CHECK(calendar.closed() == std::vector<std::chrono::year_month_day>{2026y / std::chrono::December / 31,
                                                                        2027y / std::chrono::January / 1});
    // Wednesday 17:00 in Moscow; Thursday and Friday are closed: the second hour is Monday's.
    CHECK(calendar.after(utc(2026, 12, 30, 14), hours{2}) == utc(2027, 1, 4, 7));
}

TEST_CASE("what a lifecycle does not give has its default") {
    const auto lifecycle = read_good(read_file(ORDERTRACE_SOURCE_DIR "/tests/settings/lifecycle/good/minimal.yaml"));
    CHECK(lifecycle.name_space == "default");
    CHECK(lifecycle.skew == seconds{30});
    CHECK(lifecycle.retry_within == minutes{10});
    CHECK(lifecycle.ignore_steps.empty());
    CHECK(lifecycle.systems.empty());
    CHECK(lifecycle.calendar.always_open());
    CHECK(stage_texts(lifecycle) == std::vector<std::string>{"DONE; terminal"});
}

TEST_CASE("every key of a lifecycle takes another value") {
    const auto lifecycle = read_good(read_file(ORDERTRACE_SOURCE_DIR "/tests/settings/lifecycle/good/changed.yaml"));
    CHECK(lifecycle.name_space == "here");
    CHECK(lifecycle.skew == Duration{0});
    CHECK(lifecycle.retry_within == Duration{0});
    CHECK(lifecycle.ignore_steps == std::vector<std::string>{"?"});
    REQUIRE(lifecycle.systems.size() == 2);
    CHECK(lifecycle.systems[0].silent_after == std::nullopt);
    CHECK(lifecycle.systems[1].silent_after == hours{36});
    CHECK(stage_texts(lifecycle) ==
          std::vector<std::string>{"Оплачен by erp.1 reaches wms 1800s business; next in work: 1",
                                   "in work: 1 by wms; next sent, Оплачен; within 5400s business",
                                   "sent by wms; next end", "on hold reaches erp.1 60s; next resumed",
                                   "resumed by erp.1; next end", "end; terminal"});
    const auto& open = lifecycle.calendar.open();
    // Thursday to Monday over the weekend, and the whole of Tuesday.
    std::vector<unsigned> days;
    for (const auto& hour : open) days.push_back(hour.weekday);
    CHECK(days == std::vector<unsigned>{0, 1, 2, 4, 5, 6});
    CHECK(open[2] == OpenHours{2, hours{0}, hours{24}});
    // In UTC where no zone is given: Wednesday is closed, Thursday opens at 8:30.
    CHECK(lifecycle.calendar.after(utc(2026, 7, 1, 0), minutes{30}) == utc(2026, 7, 2, 9));
}

TEST_CASE("an hour of a calendar keeps the zone's daylight saving") {
    const auto lifecycle = read_good(
        "version: 1\ncalendar: {timezone: Europe/Berlin, open: [\"Mon-Sun 09:00-18:00\"]}\n"
        "stages: {DONE: {terminal: true}}\n");
    CHECK(lifecycle.calendar.after(utc(2026, 3, 28, 0), hours{1}) == utc(2026, 3, 28, 9));
    CHECK(lifecycle.calendar.after(utc(2026, 3, 29, 0), hours{1}) == utc(2026, 3, 29, 8));
}

TEST_CASE("a lifecycle has bounds") {
    std::string systems = "version: 1\nstages: {DONE: {terminal: true}}\nsystems:\n";
    for (int i = 0; i < 201; ++i) systems += "  s" + std::to_string(i) + ": {}\n";
    std::string stages = "version: 1\nstages:\n";
    for (int i = 0; i < 201; ++i) stages += "  S" + std::to_string(i) + ": {terminal: true}\n";
    std::string entries = "version: 1\nsystems: {a: {}}\nstages:\n  DONE: {terminal: true}\n  ALL:\n    next:\n";
    for (int i = 0; i < 33; ++i) entries += "      - S" + std::to_string(i) + "\n";
    entries += "    reaches:\n";
    for (int i = 0; i < 33; ++i) entries += "      s" + std::to_string(i) + ": 5m\n";
    std::string steps = "version: 1\nstages: {DONE: {terminal: true}}\nignore_steps:\n";
    for (int i = 0; i < 33; ++i) steps += "  - s" + std::to_string(i) + "\n";
    std::string closed =
        "version: 1\nstages: {DONE: {terminal: true}}\ncalendar:\n  open: [\"Mon-Fri 09:00-18:00\"]\n  closed:\n";
    for (int i = 0; i < 1001; ++i) closed += "    - \"" + std::to_string(2026 + i) + "-01-01\"\n";
    CHECK(messages(systems) == "f:4:3: systems: 201 items are too many; at most 200\n");
    CHECK(messages(stages) == "f:3:3: stages: 201 items are too many; at most 200\n");
    CHECK(messages(entries) ==
          "f:7:7: stages.ALL.next: 33 items are too many; at most 32\n"
          "f:41:7: stages.ALL.reaches: 33 items are too many; at most 32\n");
    CHECK(messages(steps) == "f:4:3: ignore_steps: 33 items are too many; at most 32\n");
    CHECK(messages(closed) == "f:6:5: calendar.closed: 1001 items are too many; at most 1000\n");
}

TEST_CASE("variables are replaced in the values of a lifecycle, not in its structure") {
    const auto lifecycle = read_good(
        "version: 1\nnamespace: ${PRESENT}\nskew: ${NOT_SET:-5s}\nsystems: {here: {}}\n"
        "stages: {A: {set_by: \"${PRESENT}\", next: [\"${NOT_SET:-B}\"]}, B: {terminal: true}}\n");
    CHECK(lifecycle.name_space == "here");
    CHECK(lifecycle.skew == seconds{5});
    CHECK(stage_texts(lifecycle) == std::vector<std::string>{"A by here; next B", "B; terminal"});
}

TEST_CASE("the largest lifecycle is read") {
    std::string text = "version: 1\nsystems:\n";
    for (int i = 0; i < 200; ++i) text += "  s" + std::to_string(i) + ": {}\n";
    text += "stages:\n";
    for (int i = 0; i < 199; ++i)
        text += "  S" + std::to_string(i) + ": {set_by: s0, next: [S" + std::to_string(i + 1) + "]}\n";
    text += "  S199: {set_by: s0, terminal: true}\n";
    CHECK(read_good(text).stages.size() == 200);
}
