#include "cli/answer_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/display_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

struct Unit {
    std::uint64_t milliseconds;
    std::string_view name;
};
constexpr std::array<Unit, 4> units{{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1'000, "s"}}};

std::string inert(const json::string& text) { return make_inert({text.data(), text.size()}); }

std::string counted(std::uint64_t number, std::string_view unit) {
    return std::to_string(number) + ' ' + std::string{unit};
}

}  // namespace

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : inert(*text);
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto* array = array_of(object, key))
        for (const auto& value : *array)
            if (value.is_string()) texts.push_back(inert(value.get_string()));
    return texts;
}

std::optional<double> number_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

std::uint64_t count_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (const auto* number = value->if_uint64()) return *number;
    const auto* number = value->if_int64();
    return number == nullptr ? 0 : static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
}

bool is_true(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object* object_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

bool is_stuck(const json::object& order) {
    static constexpr std::array<std::string_view, 7> stuck{
        "failed", "died_inside", "not_sent", "in_transit", "received_not_applied", "late", "blind"};
    const auto verdict = text_of(order, "verdict");
    if (verdict == "running") return is_true(order, "overdue");
    return std::find(stuck.begin(), stuck.end(), verdict) != stuck.end();
}

std::string length_text(double seconds) {
    constexpr double most = 1e11;  // some thousand years
    const auto length = static_cast<std::uint64_t>(std::llround(std::clamp(seconds, 0.0, most) * 1000));
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (length < units[i].milliseconds) continue;
        auto text = counted(length / units[i].milliseconds, units[i].name);
        if (i + 1 == units.size()) return text;
        const auto rest = length % units[i].milliseconds / units[i + 1].milliseconds;
        return rest == 0 ? text : text + ' ' + counted(rest, units[i + 1].name);
    }
    return length == 0 ? "0 s" : counted(length, "ms");
}

std::string length_of(const json::object& object, std::string_view key) {
    const auto seconds = number_of(object, key);
    return seconds ? length_text(*seconds) : "-";
}

}  // namespace ordertrace
