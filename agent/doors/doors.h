// The ways in that are no datagrams, one door a listener: TCP, HTTP, directories. They move bytes and never read them;
// what they bring goes through the hand-over to the intake thread.
// Owned by the app; lives on its io_context, run by one thread. Bounds: each door's own, and the hand-over's.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/listener_numbers.h"
#include "base/result.h"
#include "doors/directory_door.h"
#include "doors/http_door.h"
#include "doors/intake_gate.h"
#include "doors/tcp_door.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class Doors {
public:
    // Opens a door for each listener that is not UDP, or says what is wrong with one.
    static Result<std::unique_ptr<Doors>> open(boost::asio::io_context& context,
                                               const std::vector<ListenerSettings>& listeners, HandOver& hand_over,
                                               const DirectoryDoor::Log& log);

    // The place of each listener in the file of its directory that an earlier run was reading, of those it has stored.
    std::array<FilePlace, max_listeners> resume(const std::array<FilePlace, max_listeners>& stored);
    // Files are read from now on; connections are taken as soon as the io_context runs.
    void start();

    // As under `listen`, with the ports really bound: tcp 127.0.0.1:4747.
    std::vector<std::string> names() const;
    std::vector<ListenerNumbers> numbers() const;

    // Nothing new comes in. `closed` is called when all that had come is in the journal, or after `patience`.
    void close(std::chrono::milliseconds patience, std::function<void()> closed);
    // The intake thread has ended: nobody waits for it any more.
    void intake_ended() { gate_.close(); }

private:
    Doors(boost::asio::io_context& context, HandOver& hand_over);
    Result<void> open_directory(boost::asio::io_context& context, std::size_t listener,
                                const ListenerSettings& settings, const DirectoryDoor::Log& log);
    bool are_closed() const;
    void look_again(std::chrono::steady_clock::time_point deadline, std::function<void()> closed);

    IntakeGate gate_;
    boost::asio::steady_timer look_;
    std::vector<std::unique_ptr<TcpDoor>> tcp_;
    std::vector<std::unique_ptr<HttpDoor>> http_;
    std::vector<std::unique_ptr<DirectoryDoor>> directories_;
};

}  // namespace ordertrace
