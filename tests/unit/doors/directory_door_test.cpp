// What a directory's files become, with the intake thread's part played by the test, which can be killed anywhere.
#include "doors/directory_door.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "doors/doors.h"
#include "support/temporary_directory.h"

using namespace ordertrace;

namespace {

std::string lines_of(const std::string& name, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "ord1 span " + name + "-" + std::to_string(i) + " step=a\n";
    return text;
}

// What survives a kill: the text that was journaled and the places stored with it.
struct Kept {
    std::string text;
    std::array<FilePlace, max_listeners> places{};
};

// One run of an agent with one directory.
struct Run {
    Kept& kept;
    HandOver hand_over;
    boost::asio::io_context context{1};
    std::unique_ptr<Doors> doors;
    std::vector<std::string> log;

    Run(Kept& before, const std::string& directory, ListenerSettings::Then then = ListenerSettings::Then::move)
        : kept{before} {
        ListenerSettings udp;
        ListenerSettings settings;
        settings.kind = ListenerSettings::Kind::directory;
        settings.directory = directory;
        settings.then = then;
        doors = Doors::open(context, {udp, settings}, hand_over, [this](LogSettings::Level, std::string line) {
                    log.push_back(std::move(line));
                }).value();
        kept.places = doors->resume(kept.places);
        doors->start();
    }

    // At most so many parcels; of the last one only the first half of its lines. False: it came to rest before.
    bool take(int parcels) {
        for (int idle = 0; idle < 3;) {
            idle = context.poll() > 0 ? 0 : idle + 1;
            while (auto parcel = hand_over.take()) {
                idle = 0;
                store(*parcel, parcels == 1);
                if (--parcels == 0) return true;
                parcel->done({});
            }
        }
        return false;
    }
    void store(const Parcel& parcel, bool half) {
        auto bytes = parcel.text.size();
        if (half && bytes > 0) bytes = parcel.text.find('\n', bytes / 2) + 1;
        kept.text += parcel.text.substr(0, bytes);
        auto place = *parcel.place;
        if (place.inode != 0) place.offset += bytes;
        kept.places.at(parcel.listener) = place;
    }
    std::uint64_t count(std::string_view outcome) const {
        const auto numbers = doors->numbers();
        for (const auto& [word, number] : numbers.front().files)
            if (word == outcome) return number;
        return 0;
    }
};

constexpr int without_end = 1'000'000;

}  // namespace

TEST_CASE("whenever the agent is killed, each line of each file is read once") {
    const auto text = lines_of("a", 10'000) + lines_of("c", 3) + lines_of("d", 5000);
    int kills = 0;
    for (bool killed = true; killed; ++kills) {
        CAPTURE(kills);
        TemporaryDirectory folder;
        folder.write("a.ord", lines_of("a", 10'000));
        folder.write("b.ord", "");
        folder.write("c.ord", lines_of("c", 3));
        folder.write("d.ord", lines_of("d", 5000));
        Kept kept;
        killed = Run{kept, folder.path()}.take(kills + 1);
        Run again{kept, folder.path()};
        CHECK_FALSE(again.take(without_end));
        CHECK(kept.text == text);
        CHECK(kept.places == decltype(kept.places){});
        CHECK(again.log.empty());
        for (const auto* name : {"a.ord", "b.ord", "c.ord", "d.ord"}) {
            CHECK(std::filesystem::exists(folder.path("done/") + name));
            CHECK_FALSE(std::filesystem::exists(folder.path(name)));
        }
    }
    CHECK(kills > 10);
}

TEST_CASE("killed at every parcel, a file is still read once") {
    TemporaryDirectory folder;
    const auto text = lines_of("a", 20'000);
    folder.write("a.ord", text);
    Kept kept;
    int kills = 0;
    while (Run{kept, folder.path(), ListenerSettings::Then::remove}.take(1)) ++kills;
    CHECK(kept.text == text);
    CHECK(kills > 10);
    CHECK_FALSE(std::filesystem::exists(folder.path("a.ord")));
}

TEST_CASE("what a kill leaves in the middle of a line that is too long is not read as one") {
    TemporaryDirectory folder;
    const auto begin = "ord1 note 1 :" + std::string(200'000, 'x');
    folder.write("a.ord", begin + "\n more\n" + lines_of("b", 2));
    struct stat status{};
    REQUIRE(::stat(folder.path("a.ord").c_str(), &status) == 0);
    Kept kept;
    kept.places[0] = {.inode = status.st_ino,
                      .modified_ns = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                                     static_cast<std::uint64_t>(status.st_mtim.tv_nsec),
                      .offset = LineGatherer::piece_bytes};
    Run run{kept, folder.path()};
    CHECK(kept.places[0] == FilePlace{});  // another listener's now
    CHECK(kept.places[1].offset == LineGatherer::piece_bytes);
    CHECK_FALSE(run.take(without_end));
    CHECK(kept.text == lines_of("b", 2));
}

TEST_CASE("a place in a file that changed since, or is gone, is no place") {
    TemporaryDirectory folder;
    folder.write("a.ord", lines_of("a", 3));
    Kept kept;
    kept.places[1] = {.inode = 1, .modified_ns = 1, .offset = 19};
    Run run{kept, folder.path()};
    CHECK(kept.places[1] == FilePlace{});
    CHECK_FALSE(run.take(without_end));
    CHECK(kept.text == lines_of("a", 3));
}

TEST_CASE("a file with a trouble of its own does not hold up the others") {
    TemporaryDirectory folder;
    std::filesystem::create_symlink("/etc/hostname", folder.path("a.ord"));
    folder.write("b.ord", lines_of("b", 1));
    Kept kept;
    Run run{kept, folder.path()};
    CHECK_FALSE(run.take(without_end));
    folder.write("c.ord", lines_of("c", 1));
    CHECK_FALSE(run.take(without_end));
    CHECK(kept.text == lines_of("b", 1) + lines_of("c", 1));
    CHECK(run.count("taken") == 2);
    CHECK(run.count("troubled") == 1);
    CHECK(run.log == std::vector<std::string>{"listen directory " + folder.path() +
                                              ": a.ord: it is a link, and links are not followed; rename the file "
                                              "itself into here; it is tried again every 10 s"});
}

TEST_CASE("a file that cannot be put away holds up the others, so that nothing is read twice") {
    TemporaryDirectory folder;
    Kept kept;
    Run run{kept, folder.path()};
    std::filesystem::remove(folder.path("done"));
    std::ofstream{folder.path("done")} << "in the way";
    folder.write("a.ord", lines_of("a", 3));
    folder.write("b.ord", lines_of("b", 3));
    CHECK_FALSE(run.take(without_end));
    CHECK(kept.text == lines_of("a", 3));
    std::filesystem::remove(folder.path("done"));
    folder.write("c.ord", lines_of("c", 3));  // whatever wakes it
    CHECK_FALSE(run.take(without_end));
    CHECK(kept.text == lines_of("a", 3) + lines_of("b", 3) + lines_of("c", 3));
    CHECK(run.count("taken") == 3);
    CHECK(run.log.size() == 1);
}

TEST_CASE("a door that is stopped in the middle of a file comes to rest") {
    TemporaryDirectory folder;
    folder.write("a.ord", lines_of("a", 20'000));
    Kept kept;
    Run run{kept, folder.path()};
    CHECK(run.context.poll() > 0);
    bool closed = false;
    run.doors->close(std::chrono::seconds{10}, [&] { closed = true; });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (!closed && std::chrono::steady_clock::now() < deadline) run.take(without_end);
    CHECK(closed);
    CHECK(kept.text.size() < lines_of("a", 20'000).size());
    CHECK(kept.places[1].offset == kept.text.size());
}
