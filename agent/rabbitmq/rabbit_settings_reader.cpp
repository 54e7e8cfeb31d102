#include "rabbitmq/rabbit_settings_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "settings/addresses.h"
#include "settings/common_sections.h"
#include "settings/names.h"
#include "settings/settings_file.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t most_edges = 200;
constexpr std::size_t longest_name = 255;  // a short string of AMQP

constexpr UrlJudge agent_url{.example = "http://127.0.0.1:4749",
                             .target = "/",
                             .no_user = "an agent asks for none",
                             .no_query = "an agent takes none"};

// Texts among the properties of a message.
constexpr std::array<std::string_view, 6> text_properties{"message_id", "correlation_id", "reply_to",
                                                          "type",       "app_id",         "user_id"};

Judged<std::string> short_name(const std::string& text) {
    if (!text.empty() && text.size() <= longest_name) return text;
    return complain(quoted(text) + " is no name in a broker", "write 1 to 255 bytes");
}

Judged<std::string> host_name(const std::string& text) {
    if (is_host_name(text)) return text;
    return complain(quoted(text) + " is no host name", "write 127.0.0.1 or broker.example; the port has its own key");
}

Judged<std::string> text_property(const std::string& text) {
    if (std::find(text_properties.begin(), text_properties.end(), text) != text_properties.end()) return text;
    return tl::unexpected(none_of(text, {text_properties.begin(), text_properties.end()}));
}

// RFC 6901: empty or every part behind a slash, and no tilde but in ~0 and ~1.
Judged<std::string> json_pointer(const std::string& text) {
    bool good = text.size() <= longest_name && text.starts_with('/');
    for (auto tilde = text.find('~'); good && tilde != std::string::npos; tilde = text.find('~', tilde + 1))
        good = tilde + 1 < text.size() && (text[tilde + 1] == '0' || text[tilde + 1] == '1');
    if (good) return text;
    return complain(quoted(text) + " is no JSON pointer", "write /order/id for the id in {\"order\": {\"id\": …}}");
}

void read_source(MapReader& edge, std::string_view key, FieldSource& source) {
    edge.map(key, [&](MapReader& map) {
        int given = 0;
        const auto read = [&](std::string_view name, FieldSource::Kind kind,
                              Judged<std::string> (*judge)(const std::string&)) {
            if (map.has(name) && ++given == 2) map.problem(name, "a second place", "give header, property or body");
            if (map.read(name, source.name, judge)) source.kind = kind;
        };
        read("header", FieldSource::Kind::header, short_name);
        read("property", FieldSource::Kind::property, text_property);
        read("body", FieldSource::Kind::body, json_pointer);
        if (given == 0) map.problem("", "no place in the message", "give header, property or body");
    });
}

void read_edge(MapReader& map, EdgeSettings& edge) {
    map.require("from", "give the system that sends");
    map.require("to", "give the system that takes");
    map.require("queue", "give the queue that the receiver reads, or a pattern of its name");
    map.require("order", "say where the order's id is: order: {header: x-order-id}");
    map.read("from", edge.from, own_system_name);
    map.read("to", edge.to, own_system_name);
    map.read("queue", edge.queue, glob);
    map.read("exchange", edge.exchange, glob);
    map.read("routing_key", edge.routing_key, glob);
    read_source(map, "order", edge.order);
    read_source(map, "message", edge.message);
    read_source(map, "status", edge.status);
}

void read_tls(MapReader& map, BrokerSettings& broker) {
    map.read_file_path("ca_file", broker.ca_file);
    map.read_file_path("cert_file", broker.cert_file);
    map.read_file_path("key_file", broker.key_file);
    if (map.given("cert_file") != map.given("key_file"))
        map.problem(map.given("cert_file") ? "cert_file" : "key_file", "one of a pair",
                    "a client certificate needs cert_file and key_file");
    if (map.given("cert_file") && !map.given("ca_file"))
        map.problem("cert_file", "no effect without TLS", "give ca_file, which switches it on");
}

void read_broker(MapReader& root, BrokerSettings& broker) {
    root.map("broker", [&](MapReader& map) {
        map.read("host", broker.host, host_name);
        map.read("port", broker.port, CountRange{1, 65'535});
        map.read("vhost", broker.vhost, short_name);
        map.read("username", broker.username, short_name);
        map.read_file_path("password_file", broker.password_file);
        map.map("tls", [&](MapReader& inner) { read_tls(inner, broker); });
        map.read("heartbeat", broker.heartbeat, DurationRange{seconds{2}, minutes{10}});
        map.read("queue", broker.queue, short_name);
        map.read("prefetch", broker.prefetch, CountRange{1, 5000});
        map.read("queue_limit", broker.queue_limit, CountRange{1, 100'000'000});
    });
}

void read_root(MapReader& root, RabbitSettings& settings) {
    read_version(root);
    read_broker(root, settings.broker);
    root.map("agent", [&](MapReader& map) {
        map.read("url", settings.agent, agent_url);
        map.read("timeout", settings.agent_timeout, DurationRange{milliseconds{100}, minutes{1}});
        if (settings.agent_timeout * 2 > settings.broker.heartbeat)
            map.problem("timeout", to_text(settings.agent_timeout) + " is more than half of broker.heartbeat",
                        "while it waits the broker would take the adapter for dead");
    });
    root.require("edges", "list who hands orders to whom, and by which queue");
    root.each("edges", most_edges, [&](MapReader& map) { read_edge(map, settings.edges.emplace_back()); });
    root.map("admin", [&](MapReader& map) {
        if (map.read("listen", settings.admin, parse_endpoint) && !settings.admin.loopback)
            map.problem("listen", to_string(settings.admin) + " can be reached from other hosts",
                        "listen on 127.0.0.1");
    });
    read_log(root, settings.log);
    read_shutdown(root, settings.shutdown_deadline);
}

RabbitSettings read_text(std::string_view text, ReadContext& context) {
    RabbitSettings settings;
    read_settings_tree(text, context, "write version: 1 and edges",
                       [&](MapReader& root) { read_root(root, settings); });
    return settings;
}

ConfigNode source_tree(const FieldSource& source) {
    constexpr std::array<const char*, 4> names{"", "header", "property", "body"};
    return config_map({config_entry(names.at(static_cast<std::size_t>(source.kind)), config_text(source.name))});
}

ConfigNode edge_tree(const EdgeSettings& edge) {
    std::vector<ConfigEntry> entries{config_entry("from", config_text(edge.from)),
                                     config_entry("to", config_text(edge.to)),
                                     config_entry("queue", config_text(edge.queue)),
                                     config_entry("exchange", config_text(edge.exchange)),
                                     config_entry("routing_key", config_text(edge.routing_key)),
                                     config_entry("order", source_tree(edge.order)),
                                     config_entry("message", source_tree(edge.message))};
    if (edge.status.kind != FieldSource::Kind::none)
        entries.push_back(config_entry("status", source_tree(edge.status)));
    return config_map(std::move(entries));
}

ConfigNode broker_tree(const BrokerSettings& broker) {
    return config_map(
        {config_entry("host", config_text(broker.host)), config_entry("port", config_count(broker.port)),
         config_entry("vhost", config_text(broker.vhost)), config_entry("username", config_text(broker.username)),
         config_entry("password_file", config_text(broker.password_file)),
         config_entry("tls", config_map({config_entry("ca_file", config_text(broker.ca_file)),
                                         config_entry("cert_file", config_text(broker.cert_file)),
                                         config_entry("key_file", config_text(broker.key_file))})),
         config_entry("heartbeat", config_time(broker.heartbeat)), config_entry("queue", config_text(broker.queue)),
         config_entry("prefetch", config_count(broker.prefetch)),
         config_entry("queue_limit", config_count(broker.queue_limit))});
}

}  // namespace

RabbitSettingsOrProblems parse_rabbit_settings(std::string_view text, const std::string& file,
                                               const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    auto settings = read_text(text, context);
    if (context.problems.empty()) return settings;
    return tl::unexpected(std::move(context.problems));
}

RabbitSettingsOrProblems read_rabbit_settings(const std::string& file, const EnvironmentLookup& lookup) {
    const auto text = read_settings_text(file);
    if (!text) return tl::unexpected(std::vector{text.error()});
    return parse_rabbit_settings(*text, file, lookup);
}

std::vector<std::string> absent_rabbit_keys(std::string_view text, const EnvironmentLookup& lookup) {
    ReadContext context{.file = {}, .variable = lookup, .problems = {}, .absent = {}};
    read_text(text, context);
    return context.absent;
}

std::string show_config(const RabbitSettings& settings) {
    ConfigNode edges;
    edges.kind = ConfigNode::Kind::list;
    for (const auto& edge : settings.edges) edges.items.push_back(edge_tree(edge));
    return to_yaml(
        config_map({config_entry("version", config_bare("1")), config_entry("broker", broker_tree(settings.broker)),
                    config_entry("agent", config_map({config_entry("url", config_text(settings.agent.text)),
                                                      config_entry("timeout", config_time(settings.agent_timeout))})),
                    config_entry("edges", edges),
                    config_entry("admin", config_map({config_entry("listen", config_address(settings.admin))})),
                    config_entry("log", log_tree(settings.log)),
                    config_entry("shutdown", shutdown_tree(settings.shutdown_deadline))}));
}

}  // namespace ordertrace
