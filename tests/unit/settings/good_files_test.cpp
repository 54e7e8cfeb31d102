#include <catch2/catch.hpp>
#include <filesystem>

#include "settings/agent_reader.h"
#include "settings/show_config.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

AgentSettings read_good(const std::string& name) {
    const auto settings = parse_agent_settings(
        read_file(ORDERTRACE_SOURCE_DIR "/tests/settings/good/" + name + ".yaml"), name + ".yaml", test_environment);
    INFO((settings ? std::string{} : lines(settings.error())));
    REQUIRE(settings);
    return *settings;
}

AgentSettings defaults(const std::string& system) {
    AgentSettings settings;
    settings.system = system;
    return settings;
}

}  // namespace

TEST_CASE("config/agent.yaml has every key, each with its default") {
    const auto text = read_file(ORDERTRACE_SOURCE_DIR "/config/agent.yaml");
    const auto settings = parse_agent_settings(text, "agent.yaml", test_environment);
    REQUIRE(settings);
    CHECK(*settings == defaults("my-system"));
    // Only what would not be a default is left to its comment.
    CHECK(absent_agent_keys(text, test_environment) == std::vector<std::string>{"listen[0].allow_from"});
    for (const auto* commented : {"allow_from: [", "overdue_after: 8h", "give_up_after: 10d"})
        CHECK(text.find(commented) != std::string::npos);
}

TEST_CASE("config/agent.minimal.yaml is enough") {
    const auto settings = read_agent_settings(ORDERTRACE_SOURCE_DIR "/config/agent.minimal.yaml", test_environment);
    REQUIRE(settings);
    CHECK(*settings == defaults("my-system"));
}

TEST_CASE("what is not given has its default") { CHECK(read_good("minimal") == defaults("crm")); }

TEST_CASE("a file with every key in short form") {
    auto want = defaults("crm");
    want.name_space = "shop";
    want.tags = {{"deployment.environment", "production"}};
    want.steps.per_step["cut_panel"] = {std::chrono::hours{8}, std::chrono::hours{240}};
    CHECK(read_good("interfaces") == want);
}

TEST_CASE("addresses and URLs are taken apart") {
    const auto settings = read_good("addresses");
    REQUIRE(settings.listen.size() == 6);
    CHECK(settings.listen[0].address == Endpoint{.host = "::1", .port = 4747, .ipv6 = true, .loopback = true});
    CHECK(settings.listen[1].address == Endpoint{.host = "::1", .port = 4748, .ipv6 = true, .loopback = true});
    CHECK(settings.listen[1].systems == std::vector<std::string>{"mes", "order"});
    CHECK(settings.listen[2].address == settings.listen[3].address);
    CHECK(settings.listen[4].address == Endpoint{.host = "0.0.0.0", .port = 4747, .ipv6 = false, .loopback = false});
    CHECK(settings.listen[5].address == Endpoint{.host = "127.0.0.2", .port = 4747, .ipv6 = false, .loopback = true});
    CHECK(settings.listen[5].timezone == "+03:00");

    const auto& ranges = settings.listen[4].allow_from;
    REQUIRE(ranges.size() == 4);
    CHECK(ranges[0].prefix == 96 + 8);
    CHECK(ranges[0].network == std::array<unsigned char, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 0});
    CHECK(ranges[1].prefix == 128);
    CHECK(ranges[1].network == std::array<unsigned char, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 168, 1, 7});
    CHECK(ranges[2].prefix == 8);
    CHECK(ranges[2].network == std::array<unsigned char, 16>{0xFD});
    CHECK(ranges[3].prefix == 128);

    const auto& urls = settings.destinations[0].urls;
    REQUIRE(urls.size() == 4);
    CHECK(urls[0] ==
          Url{.tls = true, .host = "jaeger", .port = 443, .target = "/api/traces", .text = "https://jaeger"});
    CHECK(urls[1] == Url{.tls = false, .host = "jaeger", .port = 80, .target = "/api/traces", .text = "http://jaeger"});
    CHECK(urls[2] == Url{.tls = true, .host = "::1", .port = 14268, .target = "/x", .text = "https://[::1]:14268/x"});
    CHECK(urls[3] == Url{.tls = false, .host = "jaeger", .port = 1, .target = "/", .text = "HTTP://jaeger:1/"});
    CHECK(settings.admin == Endpoint{.host = "::1", .port = 0, .ipv6 = true, .loopback = true});
}

TEST_CASE("an item of listen is one of four ways in") {
    using Kind = ListenerSettings::Kind;
    const auto settings = read_good("ways_in");
    REQUIRE(settings.listen.size() == 6);
    ListenerSettings tcp;
    tcp.kind = Kind::tcp;
    tcp.max_connections = 7;
    tcp.idle_timeout = Duration{0};
    ListenerSettings http;
    http.kind = Kind::http;
    http.address = {.host = "::1", .port = 4749, .ipv6 = true, .loopback = true};
    http.systems = {"mes"};
    http.idle_timeout = std::chrono::seconds{90};
    ListenerSettings directory;
    directory.kind = Kind::directory;
    directory.directory = "/var/spool/ordertrace/in";
    directory.charset = "KOI8-R";
    directory.then = ListenerSettings::Then::remove;
    CHECK(settings.listen[0] == ListenerSettings{});
    CHECK(settings.listen[1] == tcp);
    CHECK(settings.listen[2] == http);
    CHECK(settings.listen[3].allow_from.size() == 1);
    CHECK(settings.listen[3].max_connections == 64);
    CHECK(settings.listen[3].idle_timeout == std::chrono::minutes{10});
    CHECK(settings.listen[4] == directory);
    CHECK(settings.listen[5].directory == "spool");
    CHECK(settings.listen[5].then == ListenerSettings::Then::move);
}

TEST_CASE("every key takes another value than its default") {
    const auto settings = read_good("changed");
    auto want = defaults("online-shop");
    want.name_space = "Shop_1";
    want.tags = {{"b", "true"},  {"a", "1.5"},     {"c", ""}, {"d", "${HOME} \"q\" \\ Привет"},
                 {"null", "~x"}, {"e", "a: b # c"}};
    want.order = {true, OrderSettings::Case::upper, "ЗК-(\\d{2,})$"};
    want.steps.origin = true;
    want.steps.origin_status = "NEW: one";
    want.steps.linked_systems = {"mes", "crm*", "?"};
    want.attributes = {{"order.*", "weight"},
                       {AttributeSettings::Mask::phone, AttributeSettings::Mask::card_number},
                       AttributeSettings::Notes::mask};
    want.steps.marker_after = Duration{0};
    want.steps.limits = {std::chrono::minutes{90}, std::chrono::hours{72}};
    want.steps.max_open = 7;
    want.steps.max_open_bytes = 524288;
    want.steps.per_step = {{"cut: panel", {std::chrono::hours{48}, std::chrono::hours{72}}},
                           {"glue", {std::chrono::minutes{90}, std::chrono::minutes{10}}},
                           {"dry", {std::chrono::minutes{90}, std::chrono::hours{72}}}};
    want.journal = {"journal dir", 1048577, 1U << 20U, std::chrono::milliseconds{1500}};
    DestinationSettings a;
    a.name = "a";
    a.urls = {{true, "h1", 1, "/x", "https://h1:1/x"}, {false, "h2", 80, "/api/traces", "http://h2"}};
    a.max_spans = 1;
    a.max_bytes = 1024;
    a.max_wait = Duration{0};
    a.timeout = std::chrono::milliseconds{100};
    a.retry_first = a.retry_max = std::chrono::seconds{10};
    a.compression = DestinationSettings::Compression::gzip;
    a.tls = {"/dev/null", "/dev/null", "/dev/null", "jaeger.example"};
    a.auth = {"scott", "/dev/null", ""};
    DestinationSettings b;
    b.name = "b";
    b.retry_first = b.retry_max = std::chrono::milliseconds{100};
    b.auth.bearer_token_file = "/dev/null";
    want.destinations = {a, b};
    want.beat_every = Duration{0};
    want.log = {LogSettings::Level::error, LogSettings::Format::json};
    want.shutdown_deadline = Duration{0};
    CHECK(show_config(settings) == show_config(want));
    CHECK(settings == want);
}

TEST_CASE("anchors spare repetition") {
    const auto settings = read_good("anchors");
    REQUIRE(settings.destinations.size() == 2);
    CHECK(settings.destinations[0].retry_max == std::chrono::minutes{1});
    CHECK(settings.destinations[1].retry_first == std::chrono::seconds{1});
    CHECK(settings.destinations[1].retry_max == std::chrono::minutes{1});
}

TEST_CASE("a byte order mark and line ends of Windows do no harm") {
    CHECK(read_good("windows_line_ends").log.level == LogSettings::Level::debug);
}

TEST_CASE("relative paths are taken from the directory of the file") {
    const std::string text = "version: 1\nsystem: crm\njournal: {directory: ../data}\n";
    const auto settings = parse_agent_settings(text, "/srv/conf/agent.yaml", test_environment);
    REQUIRE(settings);
    CHECK(settings->journal.directory == "/srv/data");
    const auto relative = parse_agent_settings(text, "conf/agent.yaml", test_environment);
    REQUIRE(relative);
    CHECK(relative->journal.directory == (std::filesystem::current_path() / "data").string());
    const auto here = parse_agent_settings(text, "agent.yaml", test_environment);
    REQUIRE(here);
    CHECK(here->journal.directory == "../data");
}

TEST_CASE("what show-config prints reads back to the same settings") {
    for (const auto& file : settings_files("good")) {
        CAPTURE(file);
        const auto settings = parse_agent_settings(read_file(file), "good.yaml", test_environment);
        REQUIRE(settings);
        const auto shown = show_config(*settings);
        const auto again = parse_agent_settings(shown, "shown.yaml", test_environment);
        INFO(shown << (again ? std::string{} : lines(again.error())));
        REQUIRE(again);
        // The text of a URL or range may differ in nothing: it is shown as it was written.
        CHECK(*again == *settings);
    }
}
