// A listener on a directory: files *.ord that were renamed into it are read in the order of their names, each once,
// and then moved or removed.
// Once across kills: the place in the file being read is stored with the events before it (FilePlace in the state
// page), so there is one file under way at a time. It is finished and put away before another one is begun.
// Owned by Doors; lives on one io_context run by one thread. Bounds: four pieces of 64 KiB on their way to the intake
// thread. A new file is seen at once, and within 10 s where the kernel has no watch to give.
#pragma once

#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/listener_numbers.h"
#include "base/result.h"
#include "doors/intake_gate.h"
#include "doors/spool.h"
#include "intake/line_gatherer.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class DirectoryDoor {
public:
    using Log = std::function<void(LogSettings::Level, std::string)>;

    DirectoryDoor(boost::asio::io_context& context, std::size_t listener, ListenerSettings settings, Spool spool,
                  IntakeGate& gate, Log log);

    // The one of the places an earlier run stored that is in a file of this directory. Before start().
    FilePlace resume(const std::array<FilePlace, max_listeners>& places);
    // Begins to read.
    void start();
    std::size_t listener() const { return listener_; }

    // Reads no further; the file under way is gone on with at the next start.
    void stop();
    bool is_closed() const { return !running_ && on_their_way_ == 0; }

    ListenerNumbers numbers() const;

private:
    struct Reading;  // the file under way

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> read_files();
    boost::asio::awaitable<bool> read_file(std::string name);
    boost::asio::awaitable<Result<void>> read_to_end(Reading& reading);
    boost::asio::awaitable<void> hand_over(const Reading& reading, std::uint64_t place, std::string text);
    boost::asio::awaitable<void> send(Parcel parcel);
    boost::asio::awaitable<void> wait_until_at_most(std::size_t on_their_way);
    boost::asio::awaitable<void> forget_place();
    boost::asio::awaitable<void> wait_for_files();
    void watch();
    void drain_watch();
    std::vector<std::string> names();
    void say(const std::string& name, const std::string& trouble);

    std::size_t listener_;
    ListenerSettings settings_;
    Spool spool_;
    IntakeGate& gate_;
    Log log_;
    boost::asio::posix::stream_descriptor watch_;  // inotify; closed: the kernel has none
    boost::asio::steady_timer scan_;
    boost::asio::steady_timer arrival_;  // cancelled whenever a piece has arrived
    FilePlace begun_;                    // how far the file is read that was begun and not put away; inode 0: none
    std::size_t on_their_way_ = 0;
    std::set<std::string> troubled_;  // files whose trouble has been said
    std::uint64_t taken_ = 0;
    std::uint64_t troubles_ = 0;
    bool running_ = false;
    bool stopping_ = false;
};

}  // namespace ordertrace
