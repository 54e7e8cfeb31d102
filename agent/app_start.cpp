// How the agent starts: sockets, journal, pipeline, delivery, in this order.
#include <sys/utsname.h>

#include <algorithm>

#include "app.h"
#include "ops/logging.h"

namespace ordertrace {
namespace {

std::string host_name() {
    utsname name{};
    return ::uname(&name) == 0 ? std::string{name.nodename} : "unknown";
}

std::vector<std::string> names_of(const std::vector<DestinationSettings>& destinations) {
    std::vector<std::string> names;
    for (const auto& destination : destinations) names.push_back(destination.name);
    return names;
}

// Takes the inherited socket that is bound to `endpoint` out of `sockets`; an empty one if there is none.
UniqueFd take_socket(std::vector<InheritedSocket>& sockets, const Endpoint& endpoint) {
    const auto found = std::find_if(sockets.begin(), sockets.end(), [&](const InheritedSocket& socket) {
        return is_bound_to(socket.fd.get(), endpoint);
    });
    if (found == sockets.end()) return UniqueFd{};
    auto fd = std::move(found->fd);
    sockets.erase(found);
    return fd;
}

void warn_of_small_buffer(const ListenerSettings& listener, const UdpSocket& socket) {
    // The kernel doubles what it grants for its own bookkeeping (socket(7)).
    const auto got = socket.receive_buffer() / 2;
    if (got * 2 >= listener.receive_buffer) return;
    log_warning("listen udp " + to_string(socket.local()) + ": the kernel grants a receive buffer of " +
                std::to_string(got) + " bytes of the " + std::to_string(listener.receive_buffer) +
                " asked for; raise net.core.rmem_max or give the agent CAP_NET_ADMIN");
}

}  // namespace

App::App(AgentSettings settings, std::string config_file, TimePoint process_start)
    : settings_{std::move(settings)},
      config_file_{std::move(config_file)},
      host_name_{host_name()},
      process_start_{process_start},
      notifier_{Notifier::from_environment()},
      last_reload_{process_start} {}

App::~App() = default;

Result<std::unique_ptr<App>> App::start(AgentSettings settings, std::string config_file, TimePoint process_start) {
    std::unique_ptr<App> app{new App{std::move(settings), std::move(config_file), process_start}};
    auto sockets = app->bind_listeners();
    if (!sockets) return tl::unexpected{sockets.error()};
    if (auto opened = app->open_journal(); !opened) return tl::unexpected{opened.error()};
    app->build_pipeline(std::move(*sockets));
    if (auto built = app->build_delivery(); !built) return tl::unexpected{built.error()};
    return app;
}

Result<App::Sockets> App::bind_listeners() {
    auto inherited = inherited_sockets();
    Sockets bound;
    identities_.resize(settings_.listen.size());
    for (std::size_t i = 0; i < settings_.listen.size(); ++i) {
        const auto& listener = settings_.listen[i];
        if (listener.kind != ListenerSettings::Kind::udp) continue;
        auto fd = take_socket(inherited, listener.address);
        const bool adopted = static_cast<bool>(fd);
        auto socket = adopted ? UdpSocket::adopt(std::move(fd), listener) : UdpSocket::bind(listener);
        if (!socket) return tl::unexpected{socket.error()};
        warn_of_small_buffer(listener, *socket);
        identities_[i].cookie = socket->cookie();
        identities_[i].inherited = adopted;
        listening_.push_back(socket->local());
        receive_buffer_ =
            bound.sockets.empty() ? socket->receive_buffer() : std::min(receive_buffer_, socket->receive_buffer());
        bound.sockets.push_back(std::move(*socket));
        bound.listeners.push_back(i);
    }
    for (const auto& socket : inherited)
        log_warning("the inherited socket " + std::to_string(socket.fd.get()) +
                    " is bound to no address under `listen`; it is closed");
    auto doors = Doors::open(context_, settings_.listen, hand_over_, log_line);
    if (!doors) return tl::unexpected{doors.error()};
    doors_ = std::move(*doors);
    return bound;
}

Result<void> App::open_journal() {
    auto journal = Journal::open(settings_.journal, disk_, names_of(settings_.destinations), wall_clock());
    if (!journal) return tl::unexpected{journal.error()};
    journal_ = std::move(*journal);
    for (const auto& gone : journal_->forgotten())
        log_warning("destination " + gone.name +
                    " is in the configuration no more and is forgotten: " + std::to_string(gone.pending) +
                    " spans were pending for it, " + std::to_string(gone.delivered) + " delivered");
    return {};
}

void App::build_pipeline(Sockets sockets) {
    const auto files = doors_->resume(journal_->counters().files);
    for (std::size_t i = 0; i < identities_.size(); ++i) identities_[i].file = files.at(i);
    pipeline_ = std::make_unique<Pipeline>(settings_, identities_, host_name_, process_start_, *journal_, rejects_);
    intake_ = std::make_unique<UdpIntake>(std::move(sockets.sockets), std::move(sockets.listeners),
                                          doors_->names().empty() ? nullptr : &hand_over_);
}

Result<void> App::build_delivery() {
    keeper_ = std::make_unique<JournalKeeper>(journal_->shared());
    const ProbeBytes probe{.process = encode_process_of(settings_.system, host_name_, settings_.tags),
                           .span = pipeline_->encode_probe()};
    exporter_ = std::make_unique<Exporter>(context_.get_executor(), journal_supply(journal_->shared()),
                                           settings_.destinations, probe, log_line);
    auto admin = AdminServer::listen(context_, settings_.admin, [this] { return snapshot(); });
    if (!admin) return tl::unexpected{admin.error()};
    admin_ = std::make_unique<AdminServer>(std::move(*admin));
    return {};
}

}  // namespace ordertrace
