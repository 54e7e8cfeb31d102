#include "maps/rule_reader.h"

#include "intake/event_fields.h"
#include "maps/rule_fields.h"
#include "maps/template_reader.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_keys = 64;
constexpr std::size_t most_conditions = 16;
constexpr std::size_t most_tables = 16;
constexpr std::size_t most_rows = 1000;
constexpr std::size_t longest_attribute = 63;

using Format = EventMap::Format;
using TemplateJudge = std::function<Judged<Template>(const std::string& text)>;

Words<Verb> verb_words() {
    Words<Verb> words;
    for (std::size_t i = 0; i < verb_count - 1; ++i)
        words.emplace_back(name_of(static_cast<Verb>(i)), static_cast<Verb>(i));
    return words;
}

// `_name` and `_name:f`
Judged<std::string> judge_attribute(const std::string& key) {
    auto name = key.substr(1);
    if (name.size() > 2 && name[name.size() - 2] == ':' &&
        std::string_view{"ifbs"}.find(name.back()) != std::string::npos)
        name.resize(name.size() - 2);
    constexpr auto allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    if (name.empty() || name.size() > longest_attribute || name.find_first_not_of(allowed) != std::string::npos)
        return complain(quoted(key) + " is no attribute",
                        "after _ 1 to 63 of A-Z a-z 0-9 _ . -, then :i, :f, :b or :s if it is to have a type");
    return key;
}

Judged<std::string> judge_key(const std::string& key, Verb verb) {
    if (key.starts_with('_')) return judge_attribute(key);
    const auto known = find_key(key);
    const auto used = keys_of(verb, false);
    if (known && name_of(*known) == key && used.has(*known)) return key;
    std::vector<std::string> names;
    for (auto rest = used; !rest.empty(); rest.remove_first()) names.emplace_back(name_of(rest.first()));
    auto hint = nearest_name_hint(key, names);
    if (hint.empty()) hint = "it has " + alternatives(names) + "; an attribute of yours begins with _";
    return complain(std::string{name_of(verb)} + " has no key " + quoted(key), std::move(hint));
}

void read_match(MapReader& reader, const EventMap& map, MapRule& rule, RuleFields& fields) {
    const bool text = map.format == Format::text;
    if (text) reader.require("match", "write a pattern of the lines that are meant");
    Pattern pattern;
    if (!reader.read("match", pattern, Pattern::read)) {
        if (text) fields.give_up();
        return;
    }
    if (!text) reader.problem("match", "no effect without format: text", "put patterns of single fields into when");
    fields.add_captures(pattern);
    rule.match = std::move(pattern);
}

void read_conditions(MapReader& reader, MapRule& rule, RuleFields& fields) {
    std::vector<std::pair<std::string, Pattern>> conditions;
    const auto judge_field = [&](const std::string& name) -> Judged<std::string> {
        if (const auto known = fields.find(name); !known) return tl::unexpected(known.error());
        return name;
    };
    reader.read_named("when", most_conditions, conditions, judge_field, Pattern::read);
    for (const auto& [name, pattern] : conditions) rule.when.push_back({*fields.find(name), pattern});
    for (const auto& [name, pattern] : conditions) fields.add_captures(pattern);
    if (const auto given = reader.names_in("when"); given && given->size() != conditions.size()) fields.give_up();
}

void read_tables(MapReader& reader, MapRule& rule, RuleFields& fields) {
    const auto names = reader.names_in("translate").value_or(std::vector<std::string>{});
    const auto judge_value = [](const std::string& value) -> Judged<std::string> {
        if (value.empty()) return complain("an empty value means that there is none", "leave it out");
        return value;
    };
    reader.map("translate", [&](MapReader& tables) {
        for (const auto& name : names) {
            auto& table = rule.tables.emplace_back();
            tables.read_named(name, most_rows, table, judge_value, judge_value);
            if (const auto known = fields.find(name); !known)
                tables.problem(name, known.error().what, known.error().hint);
        }
    });
    for (const auto& name : names) fields.add_table(name);
    if (names.size() > most_tables)
        reader.problem("translate", std::to_string(names.size()) + " tables are too many", "at most 16");
}

void read_differ(MapReader& reader, MapRule& rule, const TemplateJudge& judge) {
    std::vector<std::string> texts;
    const auto judge_text = [&](const std::string& text) -> Judged<std::string> {
        if (const auto good = judge(text); !good) return tl::unexpected(good.error());
        return text;
    };
    if (!reader.read_list("differ", 2, texts, judge_text)) return;
    if (texts.size() != 2)
        reader.problem("differ", "two texts are wanted", "write [\"{new}\", \"{old}\"]");
    else
        rule.differ.emplace(*judge(texts[0]), *judge(texts[1]));
}

void read_order(MapReader& reader, MapRule& rule, const TemplateJudge& judge) {
    const bool given = reader.read("order", rule.order, judge);
    if (rule.verb == Verb::beat) {
        if (given) reader.problem("order", "a beat belongs to no order", "leave it out");
    } else {
        reader.require("order", "say where the order id stands, as in \"{order}\"");
    }
}

// What the verb says nothing without.
void check_complete(MapReader& reader, const MapRule& rule) {
    const std::string verb{name_of(rule.verb)};
    if (rule.verb == Verb::note && !reader.has("note")) reader.problem("note", "missing", "a note says something");
    const auto key = required_key(rule.verb);
    if (!key) return;
    const std::string needed{name_of(*key)};
    const auto given = reader.names_in("set").value_or(std::vector<std::string>{});
    if (std::find(given.begin(), given.end(), needed) == given.end())
        reader.problem("set", verb + " says nothing without " + needed, "add " + needed + ":");
}

}  // namespace

MapRule read_rule(MapReader& reader, const EventMap& map) {
    MapRule rule;
    RuleFields fields{map};
    reader.require("event", "say what happened, as in event: status");
    const auto verbs = verb_words();
    const bool verb_known = reader.read("event", rule.verb, OneOf<Verb>{verbs});
    read_match(reader, map, rule, fields);
    read_conditions(reader, rule, fields);
    read_tables(reader, rule, fields);
    const TemplateJudge judge = [&](const std::string& text) {
        return read_template(text, [&](const std::string& name) { return fields.find(name); });
    };
    read_differ(reader, rule, judge);
    read_order(reader, rule, judge);
    const auto key = [&](const std::string& name) -> Judged<std::string> {
        if (!verb_known) return name;
        return judge_key(name, rule.verb);
    };
    reader.read_named("set", most_keys, rule.set, key, judge);
    reader.read("note", rule.note, judge);
    if (verb_known) check_complete(reader, rule);
    return rule;
}

}  // namespace ordertrace
