#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "rabbitmq/rabbit_settings_reader.h"

using namespace ordertrace;

namespace {

using std::chrono::seconds;

const std::string least = "version: 1\nedges: [{from: mes, to: crm, queue: q.price, order: {header: x-order-id}}]\n";

std::optional<std::string> no_variable(const std::string&) { return std::nullopt; }

RabbitSettings read(const std::string& text) {
    const auto settings = parse_rabbit_settings(text, "f", no_variable);
    INFO((settings ? std::string{} : to_string(settings.error().front())));
    REQUIRE(settings);
    return *settings;
}

std::string problems(const std::string& text) {
    const auto settings = parse_rabbit_settings(text, "f", no_variable);
    if (settings) return "";
    std::string lines;
    for (const auto& problem : settings.error()) lines += to_string(problem) + "\n";
    return lines;
}

RabbitSettings defaults() {
    RabbitSettings settings;
    settings.edges.push_back({.from = "mes",
                              .to = "crm",
                              .queue = "q.price",
                              .order = {FieldSource::Kind::header, "x-order-id"},
                              .status = {}});
    return settings;
}

}  // namespace

TEST_CASE("config/rabbitmq.yaml has every key, each with its default") {
    std::ostringstream text;
    text << std::ifstream{ORDERTRACE_SOURCE_DIR "/config/rabbitmq.yaml"}.rdbuf();
    CHECK(read(text.str()) == defaults());
    CHECK(absent_rabbit_keys(text.str(), no_variable) ==
          std::vector<std::string>{"edges[0].order.property", "edges[0].order.body", "edges[0].message.header",
                                   "edges[0].message.body", "edges[0].status"});
}

TEST_CASE("what the adapter is not given has its default") { CHECK(read(least) == defaults()); }

TEST_CASE("every key of the adapter takes another value than its default, and show-config says it") {
    const std::string text = R"(version: 1
broker: {host: broker.example, port: 5671, vhost: shop, username: reader, password_file: /dev/null, queue: copies,
         tls: {ca_file: /dev/null, cert_file: /dev/null, key_file: /dev/null}, heartbeat: 60s, prefetch: 5000,
         queue_limit: 100000000}
agent: {url: "https://agent.example/in", timeout: 30s}
edges:
  - {from: shop, to: mes, queue: "q.*", exchange: orders, routing_key: new.*, order: {property: correlation_id},
     message: {header: id}, status: {body: /state/name}}
  - {from: mes, to: crm, queue: b, order: {body: /order~1id}}
admin: {listen: "[::1]:0"}
log: {level: debug, format: json}
shutdown: {deadline: 0}
)";
    RabbitSettings want;
    want.broker = {.host = "broker.example",
                   .port = 5671,
                   .vhost = "shop",
                   .username = "reader",
                   .password_file = "/dev/null",
                   .ca_file = "/dev/null",
                   .cert_file = "/dev/null",
                   .key_file = "/dev/null",
                   .heartbeat = seconds{60},
                   .queue = "copies",
                   .prefetch = 5000,
                   .queue_limit = 100'000'000};
    want.agent = {
        .tls = true, .host = "agent.example", .port = 443, .target = "/in", .text = "https://agent.example/in"};
    want.agent_timeout = seconds{30};
    want.edges = {
        {.from = "shop",
         .to = "mes",
         .queue = "q.*",
         .exchange = "orders",
         .routing_key = "new.*",
         .order = {FieldSource::Kind::property, "correlation_id"},
         .message = {FieldSource::Kind::header, "id"},
         .status = {FieldSource::Kind::body, "/state/name"}},
        {.from = "mes", .to = "crm", .queue = "b", .order = {FieldSource::Kind::body, "/order~1id"}, .status = {}}};
    want.admin = {.host = "::1", .port = 0, .ipv6 = true, .loopback = true};
    want.log = {LogSettings::Level::debug, LogSettings::Format::json};
    want.shutdown_deadline = Duration{0};
    const auto settings = read(text);
    CHECK(settings == want);
    CHECK(read(show_config(settings)) == settings);
    CHECK(read(show_config(defaults())) == defaults());
}

TEST_CASE("bad settings of the adapter are refused with all of their messages") {
    struct Row {
        std::string text;
        std::string want;
    };
    const std::string edge = "version: 1\nedges:\n  - ";
    const auto row = GENERATE_COPY(values<Row>({
        {"", "f:1:1: the file is empty; write version: 1 and edges\n"},
        {"version: 1\n", "f:1:1: edges: missing; list who hands orders to whom, and by which queue\n"},
        {"version: 1\nedges: []\n", "f:2:8: edges: an empty list; give at least one\n"},
        {edge + "{from: MES, to: order}\n",
         "f:3:5: edges[0].queue: missing; give the queue that the receiver reads, or a pattern of its name\n"
         "f:3:5: edges[0].order: missing; say where the order's id is: order: {header: x-order-id}\n"
         "f:3:12: edges[0].from: \"MES\" is no system name; did you mean mes?\n"
         "f:3:21: edges[0].to: order is reserved for the spans of the order itself; choose another name\n"},
        {edge + "{from: a, to: b, queue: q, order: {}}\n",
         "f:3:39: edges[0].order: no place in the message; give header, property or body\n"},
        {edge + "{from: a, to: b, queue: q, order: {header: x, body: /id}}\n",
         "f:3:57: edges[0].order.body: a second place; give header, property or body\n"},
        {edge + "{from: a, to: b, queue: q, order: {body: order.id}}\n",
         "f:3:46: edges[0].order.body: \"order.id\" is no JSON pointer; write /order/id for the id in {\"order\": "
         "{\"id\": …}}\n"},
        {edge + "{from: a, to: b, queue: q, order: {body: /a~2}}\n",
         "f:3:46: edges[0].order.body: \"/a~2\" is no JSON pointer; write /order/id for the id in {\"order\": "
         "{\"id\": …}}\n"},
        {edge + "{from: a, to: b, queue: q, order: {property: message-id}}\n",
         "f:3:50: edges[0].order.property: \"message-id\" is not known here; did you mean message_id?\n"},
        {least +
             "broker: {host: \"a b\", port: 0, prefetch: 9999, queue_limit: 0, password_file: /nonexistent/tiger}\n",
         "f:3:16: broker.host: \"a b\" is no host name; write 127.0.0.1 or broker.example; the port has its own key\n"
         "f:3:29: broker.port: 0 is too small; at least 1\n"
         "f:3:42: broker.prefetch: 9999 is too large; at most 5000\n"
         "f:3:61: broker.queue_limit: 0 is too small; at least 1\n"
         "f:3:79: broker.password_file: the file cannot be read: No such file or directory; give the path of a file "
         "this user may read\n"},
        {least + "broker: {tls: {cert_file: /dev/null}}\n",
         "f:3:27: broker.tls.cert_file: one of a pair; a client certificate needs cert_file and key_file\n"
         "f:3:27: broker.tls.cert_file: no effect without TLS; give ca_file, which switches it on\n"},
        {least + "agent: {url: \"ftp://x\"}\nadmin: {listen: 0.0.0.0:4752}\n",
         "f:3:14: agent.url: \"ftp://x\" is no http or https URL; write http://127.0.0.1:4749\n"
         "f:4:17: admin.listen: 0.0.0.0:4752 can be reached from other hosts; listen on 127.0.0.1\n"},
        {least + "broker: {heartbeat: 10s}\nagent: {timeout: 6s}\n",
         "f:4:18: agent.timeout: 6s is more than half of broker.heartbeat; while it waits the broker would take the "
         "adapter for dead\n"},
    }));
    CAPTURE(row.text);
    CHECK(problems(row.text) == row.want);
}
