#include <catch2/catch.hpp>
#include <filesystem>

#include "settings/agent_reader.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

// Each file of tests/settings/bad lies beside the messages it must lead to, whole and in order.
TEST_CASE("every bad file is refused with all of its messages") {
    const auto files = settings_files("bad");
    CHECK(files.size() >= 40);
    for (const auto& file : files) {
        const std::filesystem::path path{file};
        CAPTURE(path.filename().string());
        const auto settings = parse_agent_settings(read_file(file), path.filename().string(), test_environment);
        REQUIRE_FALSE(settings);
        CHECK(lines(settings.error()) == read_file(std::filesystem::path{path}.replace_extension(".txt").string()));
    }
}

TEST_CASE("no message shows what may be a credential") {
    for (const auto& file : settings_files("bad")) {
        const auto messages = read_file(std::filesystem::path{file}.replace_extension(".txt").string());
        CAPTURE(file, messages);
        CHECK(messages.find("tiger") == std::string::npos);
        CHECK(messages.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("a file that cannot be read is one problem without a place") {
    const auto missing = read_agent_settings("/nonexistent/agent.yaml", test_environment);
    REQUIRE_FALSE(missing);
    CHECK(lines(missing.error()) == "/nonexistent/agent.yaml: the file cannot be read: No such file or directory\n");
    const auto directory = read_agent_settings("/etc", test_environment);
    REQUIRE_FALSE(directory);
    CHECK(lines(directory.error()) == "/etc: the file cannot be read: Is a directory\n");
}

TEST_CASE("a file is read up to its bound") {
    const auto endless = read_agent_settings("/dev/zero", test_environment);
    REQUIRE_FALSE(endless);
    CHECK(lines(endless.error()) == "/dev/zero:1:1: larger than 1 MiB\n");
}

TEST_CASE("lists and names have bounds") {
    std::string list = "version: 1\nsystem: crm\nlinked_systems:\n";
    for (int i = 0; i < 257; ++i) list += "  - s" + std::to_string(i) + "\n";
    std::string tags = "version: 1\nsystem: crm\ntags:\n";
    for (int i = 0; i < 65; ++i) tags += "  t" + std::to_string(i) + ": x\n";
    std::string steps = "version: 1\nsystem: crm\nsteps:\n  per_step:\n";
    for (int i = 0; i < 1001; ++i) steps += "    s" + std::to_string(i) + ": {}\n";
    auto messages = [](const std::string& text) {
        const auto settings = parse_agent_settings(text, "f", test_environment);
        return settings ? std::string{} : lines(settings.error());
    };
    CHECK(messages(list) == "f:4:3: linked_systems: 257 items are too many; at most 256\n");
    CHECK(messages(tags) == "f:4:3: tags: 65 items are too many; at most 64\n");
    CHECK(messages(steps) == "f:5:5: steps.per_step: 1001 items are too many; at most 1000\n");
}

TEST_CASE("a problem is one line, whatever the file holds") {
    const auto settings = parse_agent_settings("version: 1\nsystem: crm\n\"a\\nb\": 1\n", "f", test_environment);
    REQUIRE_FALSE(settings);
    CHECK(lines(settings.error()) ==
          "f:3:1: a?b: unknown key; known here: version, system, namespace, tags, order, linked_systems, listen, "
          "attributes, steps, journal, export, admin, beat_every, log or shutdown\n");
}
