#include "doors/doors.h"

#include <algorithm>
#include <utility>

namespace ordertrace {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds look_every{5};

}  // namespace

Result<std::unique_ptr<Doors>> Doors::open(asio::io_context& context, const std::vector<ListenerSettings>& listeners,
                                           HandOver& hand_over, const DirectoryDoor::Log& log) {
    using Kind = ListenerSettings::Kind;
    std::unique_ptr<Doors> doors{new Doors{context, hand_over}};
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        const auto& settings = listeners[i];
        Result<void> opened;
        if (settings.kind == Kind::tcp)
            opened = doors->tcp_.emplace_back(std::make_unique<TcpDoor>(context, i, settings, doors->gate_))->listen();
        if (settings.kind == Kind::http)
            opened =
                doors->http_.emplace_back(std::make_unique<HttpDoor>(context, i, settings, doors->gate_))->listen();
        if (settings.kind == Kind::directory) opened = doors->open_directory(context, i, settings, log);
        if (!opened) return tl::make_unexpected(opened.error());
    }
    return doors;
}

Doors::Doors(asio::io_context& context, HandOver& hand_over)
    : gate_{context.get_executor(), hand_over}, look_{context} {}

Result<void> Doors::open_directory(asio::io_context& context, std::size_t listener, const ListenerSettings& settings,
                                   const DirectoryDoor::Log& log) {
    auto spool = Spool::open(settings.directory, settings.then);
    if (!spool) return tl::make_unexpected(spool.error());
    directories_.push_back(std::make_unique<DirectoryDoor>(context, listener, settings, std::move(*spool), gate_, log));
    return {};
}

std::array<FilePlace, max_listeners> Doors::resume(const std::array<FilePlace, max_listeners>& stored) {
    std::array<FilePlace, max_listeners> places{};
    for (const auto& door : directories_) places.at(door->listener()) = door->resume(stored);
    return places;
}

void Doors::start() {
    for (const auto& door : directories_) door->start();
}

std::vector<std::string> Doors::names() const {
    std::vector<std::string> names;
    for (const auto& numbers : this->numbers()) names.push_back(numbers.listener);
    return names;
}

std::vector<ListenerNumbers> Doors::numbers() const {
    std::vector<ListenerNumbers> numbers;
    for (const auto& door : tcp_) numbers.push_back(door->numbers());
    for (const auto& door : http_) numbers.push_back(door->numbers());
    for (const auto& door : directories_) numbers.push_back(door->numbers());
    return numbers;
}

void Doors::close(std::chrono::milliseconds patience, std::function<void()> closed) {
    for (const auto& door : tcp_) door->stop();
    for (const auto& door : http_) door->stop();
    for (const auto& door : directories_) door->stop();
    look_again(std::chrono::steady_clock::now() + patience, std::move(closed));
}

bool Doors::are_closed() const {
    const auto is_closed = [](const auto& door) { return door->is_closed(); };
    return std::all_of(tcp_.begin(), tcp_.end(), is_closed) && std::all_of(http_.begin(), http_.end(), is_closed) &&
           std::all_of(directories_.begin(), directories_.end(), is_closed);
}

void Doors::look_again(std::chrono::steady_clock::time_point deadline, std::function<void()> closed) {
    if (are_closed() || std::chrono::steady_clock::now() >= deadline) {
        closed();
        return;
    }
    look_.expires_after(look_every);
    look_.async_wait([this, deadline, closed = std::move(closed)](const boost::system::error_code& error) mutable {
        if (!error) look_again(deadline, std::move(closed));
    });
}

}  // namespace ordertrace
