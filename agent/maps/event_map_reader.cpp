#include "maps/event_map_reader.h"

#include "maps/rule_reader.h"
#include "settings/map_reader.h"
#include "settings/settings_file.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_rules = 200;
constexpr std::size_t most_columns = 200;

const Words<EventMap::Format> format_words{
    {"text", EventMap::Format::text}, {"json", EventMap::Format::json}, {"csv", EventMap::Format::csv}};

void read_map_version(MapReader& root) {
    root.require("version", "write version: 1");
    bool known = true;
    root.read("version", known, [](const std::string& text) -> Judged<bool> {
        if (text != "1") return complain(quoted(text) + " is not known to this program", "it reads version 1");
        return true;
    });
}

// A control character cannot stand in a settings file, so the usual one has a name.
Judged<char> judge_separator(const std::string& text) {
    if (text == "tab") return '\t';
    if (text.size() != 1 || text == "\"")
        return complain(quoted(text) + " is no separator", "write one character, or tab");
    return text[0];
}

Judged<std::string> judge_column(const std::string& text) {
    if (text.empty()) return complain("a column without a name");
    return text;
}

void read_format(MapReader& root, EventMap& map) {
    using Format = EventMap::Format;
    root.require("format", "write format: text, json or csv");
    root.read("format", map.format, OneOf<Format>{format_words});
    root.read_list("columns", most_columns, map.columns, judge_column);
    root.read("separator", map.separator, judge_separator);
    JsonPath each;
    if (root.read("each", each, read_json_path)) map.each = std::move(each);
    if (!root.has("format")) return;
    if (map.format == Format::csv) root.require("columns", "name the columns: [order, status, …]");
    if (map.format != Format::csv)
        for (const auto* key : {"columns", "separator"})
            if (root.has(key)) root.problem(key, "no effect without format: csv");
    if (map.format != Format::json && root.has("each")) root.problem("each", "no effect without format: json");
}

void read_root(MapReader& root, EventMap& map) {
    read_map_version(root);
    read_format(root, map);
    root.require("rules", "say what becomes an event");
    root.each("rules", most_rules, [&](MapReader& rule) { map.rules.push_back(read_rule(rule, map)); });
}

}  // namespace

MapOrProblems parse_event_map(std::string_view text, const std::string& file, const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    EventMap map;
    read_settings_tree(text, context,
                       "write version: 1, format: and rules:", [&](MapReader& root) { read_root(root, map); });
    if (!context.problems.empty()) return tl::unexpected(std::move(context.problems));
    return map;
}

MapOrProblems read_event_map(const std::string& file, const EnvironmentLookup& lookup) {
    const auto text = read_settings_text(file);
    if (!text) return tl::unexpected(std::vector{text.error()});
    return parse_event_map(*text, file, lookup);
}

}  // namespace ordertrace
