#include "store/temporary_folder.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace ordertrace;
namespace fs = std::filesystem;

namespace {

// $TMPDIR of its own, and the one before again at its end.
class OwnPlace {
public:
    OwnPlace() {
        if (const char* named = std::getenv("TMPDIR")) before_ = named;
        ::setenv("TMPDIR", outer_.path().c_str(), 1);
    }
    ~OwnPlace() {
        if (before_.empty())
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", before_.c_str(), 1);
    }
    fs::path path() const { return outer_.path(); }

private:
    TemporaryFolder outer_ = std::move(*TemporaryFolder::make("folder-test"));
    std::string before_;
};

}  // namespace

TEST_CASE("a folder goes with its owner") {
    const OwnPlace place;
    std::string path;
    {
        const auto folder = TemporaryFolder::make("a");
        REQUIRE(folder);
        path = folder->path();
        struct stat status{};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777U) == 0700U);
        std::ofstream{path + "/file"} << "text";
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("what a killed process left behind is taken away, what lives and what is others' stays") {
    const OwnPlace place;
    const auto left = place.path() / "a.Xy12zZ";
    const auto other = place.path() / "a.Xy12zZ7";
    const auto another = place.path() / "b.Xy12zZ";
    for (const auto& path : {left, other, another}) fs::create_directory(path);
    std::ofstream{left / "index.db"} << "text";
    const auto lives = TemporaryFolder::make("a");
    REQUIRE(lives);
    CHECK_FALSE(fs::exists(left));
    const auto next = TemporaryFolder::make("a");
    REQUIRE(next);
    for (const auto& path : {fs::path{lives->path()}, fs::path{next->path()}, other, another}) CHECK(fs::exists(path));
}

TEST_CASE("a place that cannot be written is named") {
    const OwnPlace place;
    ::setenv("TMPDIR", (place.path() / "none").c_str(), 1);
    const auto folder = TemporaryFolder::make("a");
    REQUIRE_FALSE(folder);
    CHECK(folder.error().message == (place.path() / "none").string() +
                                        ": no folder can be made here: No such file or directory; set TMPDIR to one "
                                        "that can be written");
    ::setenv("TMPDIR", place.path().c_str(), 1);
}
