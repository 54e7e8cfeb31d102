#include "unit/settings/settings_support.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ordertrace::test {

std::optional<std::string> test_environment(const std::string& name) {
    if (name == "PRESENT") return "here";
    if (name == "EMPTY") return "";
    if (name == "STRUCTURE") return "[a, b]\nsystem: x";
    return std::nullopt;
}

std::string read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::vector<std::string> settings_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{ORDERTRACE_SOURCE_DIR "/tests/settings/" + folder})
        if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    REQUIRE_FALSE(files.empty());
    return files;
}

std::string lines(const std::vector<SettingsProblem>& problems) {
    std::string out;
    for (const auto& problem : problems) out += to_string(problem) + "\n";
    return out;
}

}  // namespace ordertrace::test
