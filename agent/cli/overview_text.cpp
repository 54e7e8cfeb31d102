#include "cli/overview_text.h"

#include <array>

#include "base/display_text.h"
#include "cli/answer_fields.h"
#include "cli/table_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> window_keys{"1d", "7d", "28d"};

// "median / p95 (number)", of steps with what failed; "-" where nothing ended.
std::string window_text(const json::object* windows, std::string_view key) {
    const auto* window = windows == nullptr ? nullptr : object_of(*windows, key);
    const auto number = window == nullptr ? 0 : count_of(*window, "number");
    if (number == 0) return "-";
    auto text = length_of(*window, "median_seconds") + " / " + length_of(*window, "p95_seconds") + " (" +
                std::to_string(number);
    if (const auto failures = count_of(*window, "failures"); failures > 0)
        text += ", " + std::to_string(failures) + " failed";
    return text + ")";
}

Cell count_cell(const json::object& object, std::string_view key, Tone tone) {
    const auto count = count_of(object, key);
    return {std::to_string(count), count == 0 ? Tone::plain : tone};
}

std::string stages_table(const json::array& stages, bool colours) {
    TableText table{{{"STAGE", false, 40},
                     {"ORDERS", true},
                     {"STUCK", true},
                     {"OLDEST", true},
                     {"MEDIAN / P95 (STAYS), 1 DAY"},
                     {"7 DAYS"},
                     {"28 DAYS"}}};
    for (const auto& value : stages) {
        if (!value.is_object()) continue;
        const auto& stage = value.get_object();
        const auto name = text_of(stage, "stage");
        std::vector<Cell> cells{{name.empty() ? "(no status yet)" : name},
                                count_cell(stage, "orders", Tone::plain),
                                count_cell(stage, "stuck", Tone::bad),
                                {length_of(stage, "oldest_seconds")}};
        for (const auto key : window_keys) cells.push_back({window_text(object_of(stage, "stays"), key)});
        table.add(std::move(cells));
    }
    return table.text(colours);
}

std::string steps_table(const json::array& steps, bool colours) {
    TableText table{{{"SYSTEM"}, {"STEP", false, 40}, {"MEDIAN / P95 (RUNS), 1 DAY"}, {"7 DAYS"}, {"28 DAYS"}}};
    for (const auto& value : steps) {
        if (!value.is_object()) continue;
        const auto& step = value.get_object();
        std::vector<Cell> cells{{text_of(step, "system")}, {text_of(step, "step")}};
        for (const auto key : window_keys) cells.push_back({window_text(object_of(step, "runs"), key)});
        table.add(std::move(cells));
    }
    return table.text(colours);
}

std::string remark_on(const json::object& system) {
    std::string remark;
    if (number_of(system, "silent_seconds")) remark = "silent for " + length_of(system, "silent_seconds");
    if (is_true(system, "known")) return remark;
    return remark + (remark.empty() ? "" : ", ") + "not in the lifecycle";
}

}  // namespace

std::string stages_text(const json::object& document, bool colours) {
    std::string text;
    if (const auto* stages = array_of(document, "stages")) text = stages_table(*stages, colours);
    const auto* steps = array_of(document, "steps");
    if (steps != nullptr && !steps->empty()) text += '\n' + steps_table(*steps, colours);
    return text;
}

std::string systems_text(const json::object& document, bool colours) {
    TableText table{
        {{"SYSTEM"}, {"LAST SEEN", true}, {"LOST", true}, {"MISSING", true}, {"DROPPED", true}, {"HOSTS"}, {"REMARK"}}};
    const auto* systems = array_of(document, "systems");
    for (const auto& value : systems == nullptr ? json::array{} : *systems) {
        if (!value.is_object()) continue;
        const auto& system = value.get_object();
        const auto seen = number_of(system, "last_seen_seconds");
        std::string hosts;
        for (const auto& host : texts_of(system, "hosts")) hosts += (hosts.empty() ? "" : ", ") + host;
        table.add({{text_of(system, "system")},
                   {seen ? length_text(*seen) + " ago" : "never"},
                   count_cell(system, "lost", Tone::bad),
                   count_cell(system, "missing", Tone::bad),
                   count_cell(system, "dropped", Tone::bad),
                   {hosts},
                   {remark_on(system), number_of(system, "silent_seconds") ? Tone::bad : Tone::plain}});
    }
    return table.text(colours);
}

}  // namespace ordertrace
