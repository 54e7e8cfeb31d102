// Writes every sample page to a folder, to be looked at in a browser: run with [.samples] and the variable
// ORDERTRACE_PAGES_FOLDER, then serve that folder.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "unit/pages/page_samples.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

void write(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
    REQUIRE(std::filesystem::file_size(file) == text.size());
}

DigestPage stuck_samples() {
    DigestPage page;
    for (const auto& [name, answer] : sample_orders())
        if (answer.verdict.stuck()) page.digests.push_back(digest_of(answer));
    return page;
}

}  // namespace

TEST_CASE("sample pages", "[.samples]") {
    const char* folder = std::getenv("ORDERTRACE_PAGES_FOLDER");
    REQUIRE(folder != nullptr);
    const auto lifecycle = shop_lifecycle();
    for (const auto language : {Language::english, Language::russian}) {
        const std::string name = language == Language::russian ? "ru" : "en";
        const auto root = std::filesystem::path{folder} / name;
        auto context = page_context(language);
        context.base_path = '/' + name + '/';
        write(root / "index.html", board_page(busy_overview(), stuck_samples(), lifecycle, context));
        write(root / "quiet.html", board_page(quiet_overview(), {}, lifecycle, context));
        auto starting = Overview{};
        write(root / "starting.html", board_page(starting, {}, lifecycle, context));
        write(root / "trouble.html", trouble_page("the store does not answer", context));
        for (const auto& [order, answer] : sample_orders()) {
            context.now = answer.now;
            write(root / "orders" / (order + ".html"), order_page(answer, lifecycle, context));
        }
        for (const auto* asset : {"board.css", "board.js", "icon.svg"})
            write(root / "assets" / asset, find_asset(asset)->body);
    }
}
