#include "maps/line_mapper.h"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>

#include "base/text.h"
#include "emit/event_line.h"
#include "intake/event_fields.h"
#include "maps/csv_cells.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_order = 128;
constexpr std::size_t longest_value = 1024;
constexpr std::size_t longest_note = 4096;
constexpr std::size_t excess = 8;  // of what is too long anyway: enough for the agent to see it

// What a line offers to the rules; the captures are those of the rule that is being tried.
struct Record {
    std::string_view line;
    std::vector<std::string> cells;
    const json::value* element = nullptr;
    const json::value* document = nullptr;
    std::vector<std::string> captures;
};

std::string value_of(const Field& field, const Record& record) {
    switch (field.from) {
        case Field::From::capture: return record.captures[field.index];
        case Field::From::column: return field.index < record.cells.size() ? record.cells[field.index] : "";
        case Field::From::json: break;
    }
    const auto* value = find_in(*record.element, field.path);
    if (value == nullptr && record.element != record.document) value = find_in(*record.document, field.path);
    return value == nullptr ? std::string{} : text_of(*value);
}

std::string filled(const Template& text, const Record& record, const MapRule& rule) {
    std::string out;
    for (const auto& part : text.parts) {
        out += part.text;
        if (!part.field) continue;
        auto value = value_of(*part.field, record);
        if (part.field->table) {
            const auto& table = rule.tables[*part.field->table];
            const auto row = std::find_if(table.begin(), table.end(), [&](const auto& r) { return r.first == value; });
            if (row != table.end()) value = row->second;
        }
        out += value;
    }
    return out;
}

bool matches(const MapRule& rule, Record& record) {
    record.captures.clear();
    if (rule.match && !rule.match->is_in(record.line, record.captures)) return false;
    for (const auto& condition : rule.when)
        if (!condition.pattern.is_all_of(value_of(condition.field, record), record.captures)) return false;
    return !rule.differ || filled(rule.differ->first, record, rule) != filled(rule.differ->second, record, rule);
}

bool absent(const std::string& value) { return value.empty() || value == "-"; }

bool says_when(const std::string& word) {
    return word.starts_with("t=") || word.starts_with("start=") || word.starts_with("end=");
}

MappedEvent event_of(const MapRule& rule, const Record& record, TimePoint now) {
    auto order = rule.verb == Verb::beat ? "-" : filled(rule.order, record, rule);
    if (absent(order) && rule.verb != Verb::beat) return {{}, Skip::no_order};
    if (order.size() > longest_order) return {{}, Skip::order_long};
    std::vector<std::string> words;
    const auto needed = required_key(rule.verb);
    bool complete = !needed;
    for (const auto& [key, text] : rule.set) {
        const auto value = filled(text, record, rule);
        if (absent(value)) continue;
        complete = complete || key == name_of(*needed);
        words.push_back(key + '=' + std::string{cut_utf8(value, longest_value + excess)});
    }
    const auto note = filled(rule.note, record, rule);
    if (!complete || (rule.verb == Verb::note && note.empty())) return {{}, Skip::incomplete};
    if (rule.verb != Verb::beat && std::none_of(words.begin(), words.end(), says_when))
        words.push_back("t=" + std::to_string(to_micros(now)));
    if (!note.empty()) words.push_back(':' + std::string{cut_utf8(note, longest_note + excess)});
    return {event_line(name_of(rule.verb), order, words)};
}

MappedEvent mapped(const EventMap& map, Record& record, TimePoint now) {
    for (std::size_t i = 0; i < map.rules.size(); ++i) {
        if (!matches(map.rules[i], record)) continue;
        auto event = event_of(map.rules[i], record, now);
        event.rule = i + 1;
        return event;
    }
    return {{}, Skip::no_rule};
}

using Sink = std::function<void(MappedEvent mapped)>;

void map_json(const EventMap& map, Record record, TimePoint now, const Sink& sink) {
    boost::system::error_code error;
    const auto document = json::parse({record.line.data(), record.line.size()}, error);
    if (error || !(document.is_object() || document.is_array())) return sink({{}, Skip::no_json});
    record.document = &document;
    record.element = &document;
    if (!map.each) return sink(mapped(map, record, now));
    const auto* elements = find_in(document, *map.each);
    if (elements == nullptr || !elements->is_array() || elements->get_array().empty())
        return sink({{}, Skip::no_array});
    for (const auto& element : elements->get_array()) {
        record.element = &element;
        sink(mapped(map, record, now));
    }
}

// Padding and marks of no meaning; NULs are where a file was cut under a writer that kept its place.
std::string_view stripped(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\0')) line.remove_suffix(1);
    return line;
}

}  // namespace

std::string_view name_of(Skip skip) {
    static constexpr std::array<std::string_view, 8> names{"none",   "no_rule",  "no_json",    "no_array",
                                                           "header", "no_order", "order_long", "incomplete"};
    return names.at(static_cast<std::size_t>(skip));
}

void map_line(const EventMap& map, std::string_view line, TimePoint now, const Sink& sink) {
    Record record;
    record.line = stripped(line);
    if (map.format == EventMap::Format::json) return map_json(map, std::move(record), now, sink);
    if (map.format == EventMap::Format::csv) {
        record.cells = csv_cells(record.line, map.separator);
        if (record.cells == map.columns) return sink({{}, Skip::header});
    }
    sink(mapped(map, record, now));
}

}  // namespace ordertrace
