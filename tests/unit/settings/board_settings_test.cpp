#include "settings/board_settings.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "board_commands.h"
#include "settings/board_reader.h"
#include "settings/board_settings_tree.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string config = ORDERTRACE_SOURCE_DIR "/config/";
const std::string files = ORDERTRACE_SOURCE_DIR "/tests/settings/board/files/";

BoardSettings read_text(const std::string& text, const std::string& file = "f") {
    const auto settings = parse_board_settings(text, file, test_environment);
    INFO((settings ? std::string{} : lines(settings.error())));
    REQUIRE(settings);
    return *settings;
}

BoardSettings read_good(const std::string& name) {
    return read_text(read_file(ORDERTRACE_SOURCE_DIR "/tests/settings/board/good/" + name + ".yaml"));
}

BoardSettings defaults(const std::string& lifecycle) {
    BoardSettings settings;
    settings.lifecycle = lifecycle;
    return settings;
}

BoardSettings clickhouse_defaults(const std::string& lifecycle) {
    auto settings = defaults(lifecycle);
    settings.store = ClickhouseSettings{};
    settings.watch.destination = "jaeger";
    return settings;
}

// config/board.yaml with the comments around `clickhouse` taken away, and `sqlite` instead.
std::string with_clickhouse(const std::string& text) {
    const auto sqlite = text.find("  sqlite:");
    const auto clickhouse = text.find("  # clickhouse:");
    REQUIRE(sqlite < clickhouse);
    const auto end = text.find("\n\n", clickhouse);
    std::istringstream commented{text.substr(clickhouse, end - clickhouse)};
    std::string out = text.substr(0, sqlite);
    for (std::string line; std::getline(commented, line);) out += "  " + line.substr(4) + "\n";
    return out + text.substr(end);
}

std::string without(std::string text, const std::string& part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
}

// What a command writes, and its exit code.
struct Said {
    int code = 0;
    std::string out, err;
};

Said say(int (*command)(const std::string&), const std::string& file) {
    std::ostringstream out;
    std::ostringstream err;
    auto* const cout = std::cout.rdbuf(out.rdbuf());
    auto* const cerr = std::cerr.rdbuf(err.rdbuf());
    const int code = command(file);
    std::cout.rdbuf(cout);
    std::cerr.rdbuf(cerr);
    return {code, without(out.str(), ORDERTRACE_SOURCE_DIR "/"), without(err.str(), ORDERTRACE_SOURCE_DIR "/")};
}

}  // namespace

// Each file of tests/settings/board/bad lies beside the messages it must lead to, whole and in order.
TEST_CASE("bad settings of a board are refused with all of their messages") {
    const auto bad = settings_files("board/bad");
    CHECK(bad.size() >= 25);
    for (const auto& file : bad) {
        const std::filesystem::path path{file};
        CAPTURE(path.filename().string());
        const auto settings = parse_board_settings(read_file(file), path.filename().string(), test_environment);
        REQUIRE_FALSE(settings);
        const auto said = lines(settings.error());
        CHECK(said == read_file(std::filesystem::path{path}.replace_extension(".txt").string()));
        CHECK(said.find("tiger") == std::string::npos);
        CHECK(said.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("config/board.yaml has every key, each with its default") {
    const auto text = read_file(config + "board.yaml");
    CHECK(read_text(text, config + "board.yaml") == defaults(config + "lifecycle.yaml"));
    CHECK(absent_board_keys(text, test_environment) == std::vector<std::string>{"store.clickhouse"});
}

TEST_CASE("config/board.yaml has every key of clickhouse in comments, each with its default") {
    auto text = with_clickhouse(read_file(config + "board.yaml"));
    const std::string destination = "destination: board";
    text.replace(text.find(destination), destination.size(), "destination: jaeger");
    CHECK(read_text(text, config + "board.yaml") == clickhouse_defaults(config + "lifecycle.yaml"));
    CHECK(absent_board_keys(text, test_environment) == std::vector<std::string>{"store.sqlite"});
}

TEST_CASE("config/board.minimal.yaml is enough, with the lifecycle beside it") {
    const auto read = read_board_files(config + "board.minimal.yaml", test_environment);
    INFO((read ? std::string{} : lines(read.error())));
    REQUIRE(read);
    CHECK(read->settings == defaults(config + "lifecycle.yaml"));
    CHECK(read->lifecycle.stages.size() == 8);
}

TEST_CASE("what a board is not given has its default") {
    CHECK(read_good("minimal") == defaults("/dev/null"));
    CHECK(read_good("clickhouse") == clickhouse_defaults("/dev/null"));
    CHECK(read_good("interfaces") == defaults("/dev/null"));
}

TEST_CASE("every key of a board with SQLite takes another value than its default") {
    auto want = defaults("/dev/null");
    want.store =
        SqliteSettings{.file = "/srv/orders.db",
                       .intake = {.host = "0.0.0.0", .port = 4751, .ipv6 = false, .loopback = false},
                       .keep = hours{1},
                       .limit = 1U << 20U,
                       .tls = {.cert_file = "/dev/null", .key_file = "/dev/null", .client_ca_file = "/dev/null"}};
    want.web = {.listen = {.host = "::1", .port = 0, .ipv6 = true, .loopback = true},
                .base_path = "/where/orders/",
                .jaeger_url = "https://jaeger.example/ui"};
    want.watch = {.every = seconds{1},
                  .settle = Duration{0},
                  .look_back = hours{24 * 90},
                  .beat_gap = seconds{30},
                  .destination = "register",
                  .emit_to = std::nullopt};
    want.log = {LogSettings::Level::debug, LogSettings::Format::json};
    want.shutdown_deadline = Duration{0};
    const auto settings = read_good("changed");
    CHECK(show_config(settings) == show_config(want));
    CHECK(settings == want);
    CHECK(std::get<SqliteSettings>(settings.store).tls.used());
}

TEST_CASE("every key of a board with ClickHouse takes another value than its default") {
    auto want = defaults("/dev/null");
    want.store = ClickhouseSettings{
        .url = {.tls = true, .host = "clickhouse", .port = 8443, .target = "/ch", .text = "https://clickhouse:8443/ch"},
        .database = "traces",
        .username = "reader",
        .password_file = "/dev/null",
        .tls = {.ca_file = "/dev/null", .cert_file = "/dev/null", .key_file = "/dev/null", .server_name = "ch.example"},
        .timeout = minutes{1}};
    want.web.jaeger_url.clear();
    want.watch.destination = "other";
    want.watch.emit_to = Endpoint{.host = "10.0.0.7", .port = 4747, .ipv6 = false, .loopback = false};
    const auto settings = read_good("clickhouse_changed");
    CHECK(show_config(settings) == show_config(want));
    CHECK(settings == want);
}

TEST_CASE("relative paths of a board are taken from the directory of its file") {
    const auto settings = read_text(
        "version: 1\nlifecycle: lifecycle.yaml\n"
        "store: {sqlite: {file: ../orders.db}}\n",
        config + "board.yaml");
    CHECK(settings.lifecycle == config + "lifecycle.yaml");
    CHECK(std::get<SqliteSettings>(settings.store).file == ORDERTRACE_SOURCE_DIR "/orders.db");
}

TEST_CASE("what a board's show-config prints reads back to the same settings") {
    for (const auto& file : settings_files("board/good")) {
        CAPTURE(file);
        const auto settings = read_text(read_file(file));
        CHECK(read_text(show_config(settings)) == settings);
    }
}

TEST_CASE("check judges the settings and the lifecycle they name") {
    const auto good = say(check_board_config, config + "board.yaml");
    CHECK(good.code == 0);
    CHECK(good.out == "config/board.yaml: fine\nconfig/lifecycle.yaml: fine\n");
    CHECK(good.err.empty());

    const auto bad = say(check_board_config, files + "both_bad.yaml");
    CHECK(bad.code == 78);
    CHECK(bad.out.empty());
    CHECK(
        bad.err ==
        "tests/settings/board/files/both_bad.yaml:3:15: web.listen: 0.0.0.0:4750 can be reached from other hosts; "
        "listen on 127.0.0.1 and let a web server that asks for a password pass requests on\n"
        "tests/settings/board/files/bad_lifecycle.yaml:4:13: stages.CREATED: a dead end: nothing follows and it is not "
        "terminal; name what may follow in next, or write terminal: true\n");

    const auto lifecycle = say(check_board_config, files + "lifecycle_bad.yaml");
    CHECK(lifecycle.code == 78);
    CHECK(
        lifecycle.err ==
        "tests/settings/board/files/bad_lifecycle.yaml:4:13: stages.CREATED: a dead end: nothing follows and it is not "
        "terminal; name what may follow in next, or write terminal: true\n");

    const auto missing = say(check_board_config, "/nonexistent/board.yaml");
    CHECK(missing.code == 78);
    CHECK(missing.err == "/nonexistent/board.yaml: the file cannot be read: No such file or directory\n");
}

TEST_CASE("show-config prints what would be in force, and of secrets the path only") {
    const auto shown = say(show_board_config, files + "secret.yaml");
    CHECK(shown.code == 0);
    CHECK(shown.err.empty());
    CHECK(shown.out == read_file(files + "secret.txt"));
    CHECK(shown.out.find("tiger") == std::string::npos);
    const auto bad = say(show_board_config, files + "both_bad.yaml");
    CHECK(bad.code == 78);
    CHECK(bad.out.empty());
    CHECK(bad.err == say(check_board_config, files + "both_bad.yaml").err);
}
