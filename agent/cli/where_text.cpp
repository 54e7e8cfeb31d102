#include "cli/where_text.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <vector>

#include "base/display_text.h"
#include "cli/answer_fields.h"
#include "cli/table_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

std::string joined(const std::vector<std::string>& words, std::string_view last = ", ") {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? last : ", ";
        text += words[i];
    }
    return text;
}

std::string since_text(const json::object& order) {
    const auto since = text_of(order, "since");
    if (since.empty()) return {};
    return local_time_text(since) + ", " + length_of(order, "age_seconds") + " ago";
}

std::string limit_text(const json::object& order) {
    const auto limit = number_of(order, "limit_seconds");
    if (!limit || *limit <= 0) return {};
    return length_text(*limit) + (is_true(order, "overdue") ? ", passed" : "");
}

std::string place_text(const json::object& order) {
    const auto step = text_of(order, "step");
    const auto to = text_of(order, "to");
    if (!to.empty()) return text_of(order, "from") + ">" + to;
    if (step.empty()) return {};
    auto text = text_of(order, "system") + " " + step;
    const auto attempt = count_of(order, "attempt");
    const auto most = count_of(order, "attempts_max");
    if (attempt > 0) text += ", attempt " + std::to_string(attempt);
    if (attempt > 0 && most > 0) text += " of " + std::to_string(most);
    return text;
}

std::string trace_text(const json::object& order) {
    const auto link = text_of(order, "jaeger_url");
    return link.empty() ? text_of(order, "trace_id") : link;
}

// Only the lines that say something.
std::string summary(const json::object& order) {
    const std::array<std::pair<std::string_view, std::string>, 11> lines{{
        {"order", text_of(order, "order")},
        {"verdict", text_of(order, "verdict")},
        {"stage", text_of(order, "stage")},
        {"since", since_text(order)},
        {"limit", limit_text(order)},
        {"place", place_text(order)},
        {"to act", text_of(order, "to_act")},
        {"expected next", joined(texts_of(order, "expected_next"), " or ")},
        {"aliases", joined(texts_of(order, "aliases"))},
        {"trace", trace_text(order)},
        {"near it", joined(texts_of(order, "nearest"))},
    }};
    std::string text;
    for (const auto& [name, value] : lines)
        if (!value.empty()) text += std::string{name} + std::string(15 - name.size(), ' ') + value + '\n';
    return text;
}

Tone tone_of(const std::string& result) {
    if (result == "fail" || result == "timeout") return Tone::bad;
    return result == "ok" ? Tone::good : Tone::plain;
}

std::string facts_table(const json::array& facts, bool colours) {
    TableText table{{{"TIME"}, {"SYSTEM"}, {"RECORD"}, {"NAME"}, {"RESULT"}, {"NOTE", false, 100}}};
    for (const auto& value : facts) {
        if (!value.is_object()) continue;
        const auto& fact = value.get_object();
        const auto result = text_of(fact, "result");
        table.add({{local_time_text(text_of(fact, "time"))},
                   {text_of(fact, "system")},
                   {text_of(fact, "record")},
                   {text_of(fact, "name")},
                   {result, tone_of(result)},
                   {text_of(fact, "note")}});
    }
    return table.text(colours);
}

}  // namespace

std::string local_time_text(const std::string& utc) {
    std::tm parts{};
    int millisecond = 0;
    char end = '\0';
    if (std::sscanf(utc.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3d%c", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                    &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &millisecond, &end) != 8 ||
        end != 'Z')
        return utc;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    const std::time_t seconds = ::timegm(&parts);
    std::tm local{};
    ::tzset();
    if (::localtime_r(&seconds, &local) == nullptr) return utc;
    std::array<char, 64> text{};
    std::array<char, 16> offset{};
    std::strftime(text.data(), text.size(), "%F %T", &local);
    std::strftime(offset.data(), offset.size(), "%z", &local);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03d", millisecond);
    return std::string{text.data()} + fraction.data() + " " + offset.data();
}

std::string where_text(const json::object& order, bool colours) {
    const bool bad = is_stuck(order) || text_of(order, "verdict") == "unknown";
    auto text = toned(text_of(order, "sentence"), bad ? Tone::bad : Tone::good, colours) + "\n\n" + summary(order);
    const auto* facts = array_of(order, "facts");
    if (facts != nullptr && !facts->empty()) text += '\n' + facts_table(*facts, colours);
    return text;
}

}  // namespace ordertrace
