// For tests of how a log is followed: a log in a directory of its own, and who follows it; time goes on by 10 s with
// each look, and before the first one by what read_after says.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/log_follower.h"
#include "support/temporary_directory.h"

namespace ordertrace {

using Lines = std::vector<std::string>;

class FollowedLog {
public:
    FollowedLog() = default;

    std::string path(const std::string& name = "shop.log") const { return directory_.path(name); }
    void write(const std::string& text, const std::string& name = "shop.log") const {
        std::ofstream{path(name), std::ios::app | std::ios::binary} << text;
    }
    void rename(const std::string& from, const std::string& to) const { std::filesystem::rename(path(from), path(to)); }
    // Until a file that is made is younger than those made before. The coarse clock of clock_gettime does not tell: a
    // kernel that gave a finer time to anybody in between gives that one again after the clock's next tick.
    void next_tick() const {
        const auto made_now = [&] {
            write("", "tick");
            const auto time = std::filesystem::last_write_time(path("tick"));
            std::filesystem::remove(path("tick"));
            return time;
        };
        const auto begun = made_now();
        while (made_now() <= begun) {}
    }
    // Its last change was so long ago.
    void make_old(const std::string& name, std::chrono::seconds age) const {
        std::filesystem::last_write_time(path(name), std::filesystem::file_time_type::clock::now() - age);
    }
    void copy_and_cut(const std::string& to) const {
        std::filesystem::copy_file(path(), path(to));
        std::filesystem::resize_file(path(), 0);
    }

    void start(std::optional<LogPlaces> places = std::nullopt, bool from_end = false) {
        follower_.emplace(LogFollower::Options{.log = path(), .from_end = from_end, .late = std::chrono::seconds{5}},
                          places, errors_);
    }
    void restart() { start(follower_->places()); }

    // What there is until nothing comes any more.
    Lines read() {
        Lines lines;
        int idle = 0;
        while (idle < 3) {
            now_ += std::chrono::seconds{10};
            idle = follower_->read([&](std::string_view line) { lines.emplace_back(line); }, now_) ? 0 : idle + 1;
        }
        return lines;
    }
    Lines read_after(std::chrono::seconds time) {
        now_ += time;
        return read();
    }
    LogFollower& follower() { return *follower_; }
    std::string errors() const { return errors_.str(); }

private:
    TemporaryDirectory directory_;
    std::ostringstream errors_;
    std::optional<LogFollower> follower_;
    LogFollower::Clock::time_point now_{};
};

}  // namespace ordertrace
