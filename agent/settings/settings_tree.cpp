#include "settings/settings_tree.h"

#include "settings/agent_sections.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

ConfigNode tags_tree(const AgentSettings& settings) {
    std::vector<ConfigEntry> entries;
    for (const auto& [name, value] : settings.tags) entries.push_back(config_entry(name, config_text(value)));
    return config_map(std::move(entries));
}

ConfigNode order_tree(const AgentSettings& settings) {
    return config_map({config_entry("strip_leading_zeros", config_flag(settings.order.strip_leading_zeros)),
                       config_entry("case", config_text(word_for(case_words, settings.order.letter_case))),
                       config_entry("pattern", config_text(settings.order.pattern)),
                       config_entry("origin", config_flag(settings.steps.origin)),
                       config_entry("origin_status", config_text(settings.steps.origin_status))});
}

ConfigNode listener_tree(const ListenerSettings& listener) {
    std::vector<std::string> allowed;
    for (const auto& cidr : listener.allow_from) allowed.push_back(cidr.text);
    using Kind = ListenerSettings::Kind;
    const bool directory = listener.kind == Kind::directory;
    std::vector<ConfigEntry> entries{
        config_entry(word_for(kind_words, listener.kind),
                     directory ? config_text(listener.directory) : config_address(listener.address))};
    // An empty list would be a mistake on a listener that others can reach: it is left out like in a file.
    if (!allowed.empty()) entries.push_back(config_entry("allow_from", config_list(allowed)));
    entries.push_back(config_entry("systems", config_list(listener.systems)));
    entries.push_back(config_entry("namespaces", config_list(listener.namespaces)));
    entries.push_back(config_entry("charset", config_text(listener.charset)));
    entries.push_back(config_entry("legacy_charset", config_text(listener.legacy_charset)));
    entries.push_back(config_entry("timezone", config_text(listener.timezone)));
    if (listener.kind == Kind::udp)
        entries.push_back(config_entry("receive_buffer", config_size(listener.receive_buffer)));
    if (listener.kind == Kind::tcp || listener.kind == Kind::http) {
        entries.push_back(config_entry("max_connections", config_count(listener.max_connections)));
        entries.push_back(config_entry("idle_timeout", config_time(listener.idle_timeout)));
    }
    if (directory) entries.push_back(config_entry("then", config_text(word_for(then_words, listener.then))));
    return config_map(std::move(entries));
}

ConfigNode attributes_tree(const AttributeSettings& attributes) {
    std::vector<std::string> masks;
    for (const auto mask : attributes.mask) masks.push_back(word_for(mask_words, mask));
    return config_map({config_entry("allow", config_list(attributes.allow)), config_entry("mask", config_list(masks)),
                       config_entry("notes", config_text(word_for(notes_words, attributes.notes)))});
}

// An overdue_after that a shorter give_up_after outran was inherited: written out it would be a mistake.
std::vector<ConfigEntry> limits_entries(const StepLimits& limits) {
    std::vector<ConfigEntry> entries;
    if (limits.overdue_after < limits.give_up_after)
        entries.push_back(config_entry("overdue_after", config_time(limits.overdue_after)));
    entries.push_back(config_entry("give_up_after", config_time(limits.give_up_after)));
    return entries;
}

ConfigNode steps_tree(const StepRules& rules) {
    std::vector<ConfigEntry> per_step;
    for (const auto& [name, limits] : rules.per_step)
        per_step.push_back(config_entry(name, config_map(limits_entries(limits))));
    std::vector<ConfigEntry> entries{config_entry("marker_after", config_time(rules.marker_after))};
    for (auto& entry : limits_entries(rules.limits)) entries.push_back(std::move(entry));
    entries.push_back(config_entry("max_open", config_count(rules.max_open)));
    entries.push_back(config_entry("per_step", config_map(std::move(per_step))));
    return config_map(std::move(entries));
}

ConfigNode journal_tree(const JournalSettings& journal) {
    return config_map({config_entry("directory", config_text(journal.directory)),
                       config_entry("limit", config_size(journal.limit)),
                       config_entry("memory_limit", config_size(journal.memory_limit)),
                       config_entry("sync_every", config_time(journal.sync_every))});
}

ConfigNode auth_tree(const AuthSettings& auth) {
    return config_map(
        {config_entry("basic", config_map({config_entry("username", config_text(auth.username)),
                                           config_entry("password_file", config_text(auth.password_file))})),
         config_entry("bearer_token_file", config_text(auth.bearer_token_file))});
}

ConfigNode destination_tree(const DestinationSettings& destination) {
    std::vector<std::string> urls;
    for (const auto& url : destination.urls) urls.push_back(url.text);
    return config_map({config_entry("name", config_text(destination.name)), config_entry("url", config_list(urls)),
                       config_entry("batch", config_map({config_entry("max_spans", config_count(destination.max_spans)),
                                                         config_entry("max_bytes", config_size(destination.max_bytes)),
                                                         config_entry("max_wait", config_time(destination.max_wait))})),
                       config_entry("timeout", config_time(destination.timeout)),
                       config_entry("retry", config_map({config_entry("first", config_time(destination.retry_first)),
                                                         config_entry("max", config_time(destination.retry_max))})),
                       config_entry("compression", config_text(word_for(compression_words, destination.compression))),
                       config_entry("tls", client_tls_tree(destination.tls)),
                       config_entry("auth", auth_tree(destination.auth))});
}

template <class T>
ConfigNode list_of(const std::vector<T>& values, ConfigNode (*tree)(const T&)) {
    ConfigNode list = config_list({});
    for (const auto& value : values) list.items.push_back(tree(value));
    return list;
}

}  // namespace

ConfigNode settings_tree(const AgentSettings& settings) {
    return config_map(
        {config_entry("version", config_bare("1")), config_entry("system", config_text(settings.system)),
         config_entry("namespace", config_text(settings.name_space)), config_entry("tags", tags_tree(settings)),
         config_entry("order", order_tree(settings)),
         config_entry("linked_systems", config_list(settings.steps.linked_systems)),
         config_entry("listen", list_of(settings.listen, listener_tree)),
         config_entry("attributes", attributes_tree(settings.attributes)),
         config_entry("steps", steps_tree(settings.steps)), config_entry("journal", journal_tree(settings.journal)),
         config_entry("export", list_of(settings.destinations, destination_tree)),
         config_entry("admin", config_map({config_entry("listen", config_address(settings.admin))})),
         config_entry("beat_every", config_time(settings.beat_every)), config_entry("log", log_tree(settings.log)),
         config_entry("shutdown", shutdown_tree(settings.shutdown_deadline))});
}

}  // namespace ordertrace
