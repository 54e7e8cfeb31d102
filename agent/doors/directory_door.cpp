#include "doors/directory_door.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Timer = asio::steady_timer;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds scan_every{10};
constexpr std::size_t most_on_their_way = 4;

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

// What is read next in a file, of which everything before `offset` has been read.
LineGatherer::From where_in_file(int fd, std::uint64_t offset) {
    if (offset == 0) return LineGatherer::From::beginning;
    char before = '\n';
    static_cast<void>(::pread(fd, &before, 1, static_cast<off_t>(offset - 1)));
    return before == '\n' ? LineGatherer::From::line : LineGatherer::From::middle_of_line;
}

}  // namespace

struct DirectoryDoor::Reading {
    std::string name;
    SpoolFile file;  // with the place where reading began
    LineGatherer lines;

    std::uint64_t place() const { return file.place.offset + lines.place(); }
};

DirectoryDoor::DirectoryDoor(asio::io_context& context, std::size_t listener, ListenerSettings settings, Spool spool,
                             IntakeGate& gate, Log log)
    : listener_{listener},
      settings_{std::move(settings)},
      spool_{std::move(spool)},
      gate_{gate},
      log_{std::move(log)},
      watch_{context},
      scan_{context},
      arrival_{context, Timer::time_point::max()} {}

FilePlace DirectoryDoor::resume(const std::array<FilePlace, max_listeners>& places) {
    for (const auto& place : places)
        if (place.inode != 0 && !spool_.name_of(place).empty()) begun_ = place;
    return begun_;
}

void DirectoryDoor::start() {
    watch();
    running_ = true;
    asio::co_spawn(watch_.get_executor(), run(), [this](std::exception_ptr failed) {
        running_ = false;
        if (failed) std::rethrow_exception(failed);
    });
}

void DirectoryDoor::stop() {
    stopping_ = true;
    error_code ignored;
    watch_.close(ignored);
    scan_.cancel();
}

void DirectoryDoor::watch() {
    UniqueFd fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    error_code error;
    if (fd && ::inotify_add_watch(fd.get(), settings_.directory.c_str(), IN_MOVED_TO | IN_ONLYDIR) >= 0)
        watch_.assign(fd.release(), error);
    else
        log_(LogSettings::Level::warning, "listen directory " + settings_.directory + ": the kernel gives no watch: " +
                                              std::strerror(errno) + "; new files are seen within 10 s");
}

asio::awaitable<void> DirectoryDoor::run() {
    while (!stopping_) {
        co_await read_files();
        if (!stopping_) co_await wait_for_files();
    }
    co_await wait_until_at_most(0);
}

std::vector<std::string> DirectoryDoor::names() {
    auto names = spool_.names();
    if (!names) {
        say({}, names.error().message);
        return {};
    }
    std::erase_if(troubled_,
                  [&](const std::string& name) { return !std::binary_search(names->begin(), names->end(), name); });
    if (begun_.inode == 0) return std::move(*names);
    const auto begun = spool_.name_of(begun_);
    if (begun.empty())
        begun_ = {};  // somebody took it away
    else
        names->insert(names->begin(), begun);
    return std::move(*names);
}

asio::awaitable<void> DirectoryDoor::read_files() {
    for (const auto& name : names()) {
        if (stopping_) co_return;
        const bool put_away = co_await read_file(name);
        if (!put_away && begun_.inode != 0) co_return;
    }
}

// False: it is still there.
asio::awaitable<bool> DirectoryDoor::read_file(std::string name) {
    auto file = spool_.open_file(name);
    if (!file) {
        say(name, file.error().message);
        co_return false;
    }
    if (!file->fd) co_return true;
    if (file->place.inode == begun_.inode && file->place.modified_ns == begun_.modified_ns) file->place = begun_;
    LineGatherer lines{where_in_file(file->fd.get(), file->place.offset)};
    Reading reading{name, std::move(*file), std::move(lines)};
    auto read = co_await read_to_end(reading);
    co_await wait_until_at_most(0);
    begun_ = reading.file.place;
    begun_.offset = reading.place();
    if (stopping_) co_return false;
    if (read) read = spool_.put_away(name);
    if (!read) {
        say(name, read.error().message);
        co_return false;
    }
    co_await forget_place();
    ++taken_;
    troubled_.erase(name);
    co_return true;
}

asio::awaitable<Result<void>> DirectoryDoor::read_to_end(Reading& reading) {
    std::vector<char> chunk(LineGatherer::piece_bytes);
    auto at = reading.file.place.offset;
    while (!stopping_) {
        const auto bytes = ::pread(reading.file.fd.get(), chunk.data(), chunk.size(), static_cast<off_t>(at));
        if (bytes < 0 && errno == EINTR) continue;
        if (bytes < 0)
            co_return fail(std::string{"it cannot be read: "} + std::strerror(errno) +
                           "; no other file is read until it can");
        if (bytes == 0) {
            const auto place = reading.place();
            co_await hand_over(reading, place, reading.lines.take_rest());
            break;
        }
        at += static_cast<std::uint64_t>(bytes);
        reading.lines.add({chunk.data(), static_cast<std::size_t>(bytes)});
        while (reading.lines.full()) {
            const auto place = reading.place();
            co_await hand_over(reading, place, reading.lines.take_piece());
        }
    }
    co_return Result<void>{};
}

asio::awaitable<void> DirectoryDoor::hand_over(const Reading& reading, std::uint64_t place, std::string text) {
    if (text.empty()) co_return;
    Parcel parcel;
    parcel.text = std::move(text);
    parcel.file = reading.name;
    parcel.place = reading.file.place;
    parcel.place->offset = place;
    co_await send(std::move(parcel));
}

asio::awaitable<void> DirectoryDoor::send(Parcel parcel) {
    parcel.listener = listener_;
    parcel.arrived = wall_clock();
    co_await wait_until_at_most(most_on_their_way - 1);
    ++on_their_way_;
    IntakeGate::Done done = [this](ParcelOutcome) {
        --on_their_way_;
        arrival_.cancel();
    };
    co_await gate_.put(std::move(parcel), std::move(done));
}

asio::awaitable<void> DirectoryDoor::wait_until_at_most(std::size_t on_their_way) {
    while (on_their_way_ > on_their_way) {
        [[maybe_unused]] auto waited = co_await arrival_.async_wait(as_result);
    }
}

// Otherwise a file that is put back would pass for the one that was read.
asio::awaitable<void> DirectoryDoor::forget_place() {
    begun_ = {};
    Parcel parcel;
    parcel.place = begun_;
    co_await send(std::move(parcel));
}

asio::awaitable<void> DirectoryDoor::wait_for_files() {
    scan_.expires_after(scan_every);
    if (!watch_.is_open()) {
        [[maybe_unused]] auto waited = co_await scan_.async_wait(as_result);
        co_return;
    }
    scan_.async_wait([this](const error_code& error) {
        if (!error) watch_.cancel();
    });
    [[maybe_unused]] auto seen = co_await watch_.async_wait(asio::posix::descriptor_base::wait_read, as_result);
    scan_.cancel();
    drain_watch();
}

// What it says does not matter: the whole directory is looked at.
void DirectoryDoor::drain_watch() {
    std::array<char, 4096> ignored{};
    while (watch_.is_open() && ::read(watch_.native_handle(), ignored.data(), ignored.size()) > 0) {}
}

// Each trouble of a file once, until it is gone.
void DirectoryDoor::say(const std::string& name, const std::string& trouble) {
    if (!troubled_.insert(name).second) return;
    ++troubles_;
    log_(LogSettings::Level::warning, "listen directory " + settings_.directory + ": " +
                                          (name.empty() ? "" : name + ": ") + trouble +
                                          "; it is tried again every 10 s");
}

ListenerNumbers DirectoryDoor::numbers() const {
    return {.listener = "directory " + settings_.directory,
            .connections = std::nullopt,
            .refused = {},
            .files = {{"taken", taken_}, {"troubled", troubles_}}};
}

}  // namespace ordertrace
