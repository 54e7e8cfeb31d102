#include "settings/agent_reader.h"

#include "settings/addresses.h"
#include "settings/agent_sections.h"
#include "settings/map_reader.h"
#include "settings/names.h"
#include "settings/settings_file.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t most_tags = 64;

Judged<std::string> tag_value(const std::string& text) {
    constexpr std::size_t longest = 1024;
    if (text.size() <= longest) return text;
    return complain("the value has " + std::to_string(text.size()) + " bytes", "at most 1024");
}

void read_order(MapReader& root, AgentSettings& settings) {
    root.map("order", [&](MapReader& map) {
        map.read("strip_leading_zeros", settings.order.strip_leading_zeros, parse_bool);
        map.read("case", settings.order.letter_case, OneOf<OrderSettings::Case>{case_words});
        map.read("pattern", settings.order.pattern, order_pattern);
        map.read("origin", settings.steps.origin, parse_bool);
        map.read("origin_status", settings.steps.origin_status, protocol_word);
    });
}

void read_attributes(MapReader& root, AttributeSettings& attributes) {
    root.map("attributes", [&](MapReader& map) {
        map.read_list("allow", most_names, attributes.allow, glob);
        map.read_list("mask", mask_words.size(), attributes.mask, OneOf<AttributeSettings::Mask>{mask_words});
        map.read("notes", attributes.notes, OneOf<AttributeSettings::Notes>{notes_words});
    });
}

void read_journal(MapReader& root, AgentSettings& settings) {
    constexpr std::uint64_t mebibyte = 1ULL << 20U;
    root.map("journal", [&](MapReader& map) {
        map.read_directory_path("directory", settings.journal.directory);
        map.read("limit", settings.journal.limit, SizeRange{mebibyte, mebibyte << 20U});
        map.read("memory_limit", settings.journal.memory_limit, SizeRange{mebibyte, mebibyte << 12U});
        map.read("sync_every", settings.journal.sync_every, DurationRange{milliseconds{10}, hours{1}});
    });
    settings.steps.max_open_bytes = settings.journal.limit / 2;
}

void read_root(MapReader& root, AgentSettings& settings) {
    read_version(root);
    root.require("system", "give the name of this service in Jaeger");
    root.read("system", settings.system, own_system_name);
    root.read("namespace", settings.name_space, namespace_name);
    root.read_named("tags", most_tags, settings.tags, process_tag_name, tag_value);
    read_order(root, settings);
    root.read_list("linked_systems", most_names, settings.steps.linked_systems, glob);
    read_listeners(root, settings);
    read_attributes(root, settings.attributes);
    read_steps(root, settings);
    read_journal(root, settings);
    read_destinations(root, settings);
    root.map("admin", [&](MapReader& map) { map.read("listen", settings.admin, parse_endpoint); });
    root.read("beat_every", settings.beat_every, DurationRange{milliseconds{100}, hours{24}, true});
    read_log(root, settings.log);
    read_shutdown(root, settings.shutdown_deadline);
}

// What the file says, with the problems and absent keys in `context`.
AgentSettings read_text(std::string_view text, ReadContext& context) {
    AgentSettings settings;
    read_settings_tree(text, context, "write version: 1 and system: NAME",
                       [&](MapReader& root) { read_root(root, settings); });
    return settings;
}

}  // namespace

AgentSettingsOrProblems parse_agent_settings(std::string_view text, const std::string& file,
                                             const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    auto settings = read_text(text, context);
    if (context.problems.empty()) return settings;
    return tl::unexpected(std::move(context.problems));
}

AgentSettingsOrProblems read_agent_settings(const std::string& file, const EnvironmentLookup& lookup) {
    const auto text = read_settings_text(file);
    if (!text) return tl::unexpected(std::vector{text.error()});
    return parse_agent_settings(*text, file, lookup);
}

std::vector<std::string> absent_agent_keys(std::string_view text, const EnvironmentLookup& lookup) {
    ReadContext context{.file = {}, .variable = lookup, .problems = {}, .absent = {}};
    read_text(text, context);
    return context.absent;
}

}  // namespace ordertrace
