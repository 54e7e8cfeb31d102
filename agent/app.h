// The composition root of the agent: the only place that sees every room. Starts in the order of the data's way back
// (sockets, journal, pipeline, delivery), stops in the order of its way: read what the kernel holds, seal the journal,
// deliver until the deadline. Owned by main; run() is the delivery thread, the intake thread is its child.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "doors/doors.h"
#include "export/exporter.h"
#include "intake/hand_over.h"
#include "intake/reject_log.h"
#include "intake/udp_intake.h"
#include "journal/disk.h"
#include "journal/journal.h"
#include "journal/journal_reader.h"
#include "ops/admin_server.h"
#include "ops/notify.h"
#include "pipeline.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class App {
public:
    // Binds first, so that the kernel keeps what comes while the journal is read; then everything else but running.
    static Result<std::unique_ptr<App>> start(AgentSettings settings, std::string config_file, TimePoint process_start);
    ~App();

    // Until a signal ends it. Logs the balance as its last line.
    void run();

private:
    App(AgentSettings settings, std::string config_file, TimePoint process_start);
    struct Sockets {
        std::vector<UdpSocket> sockets;
        std::vector<std::size_t> listeners;  // of each
    };
    Result<Sockets> bind_listeners();
    Result<void> open_journal();
    void build_pipeline(Sockets sockets);
    Result<void> build_delivery();

    void read_and_intake();
    void on_signal(int signal);
    void reload();
    std::string ready_line() const;
    void begin_stop();
    void delivery_stopped();
    void keep_journal();
    void say_disk_trouble(const JournalGauges& gauges);
    void wake_idle_intake();
    void feed_watchdog();
    AgentSnapshot snapshot() const;

    AgentSettings settings_;
    std::string config_file_;
    std::string host_name_;
    TimePoint process_start_;
    Notifier notifier_;
    PosixDisk disk_;
    std::vector<Endpoint> listening_;
    std::vector<ListenerIdentity> identities_;
    std::uint64_t receive_buffer_ = 0;
    std::unique_ptr<Journal> journal_;
    RejectLog rejects_;
    HandOver hand_over_;
    std::unique_ptr<Pipeline> pipeline_;
    std::unique_ptr<UdpIntake> intake_;

    boost::asio::io_context context_{1};
    std::unique_ptr<Doors> doors_;
    std::unique_ptr<JournalKeeper> keeper_;
    std::unique_ptr<Exporter> exporter_;
    std::unique_ptr<AdminServer> admin_;
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer keeper_timer_{context_};
    boost::asio::steady_timer watchdog_{context_};
    std::thread intake_thread_;
    Exporter::Clock::time_point stop_by_{};
    bool ready_ = false;
    bool draining_ = false;
    bool last_reload_successful_ = true;
    TimePoint last_reload_;
    std::string disk_trouble_;          // as it was last said
    std::uint64_t dropped_seen_ = 0;    // by all destinations together
    std::uint64_t watchdog_ticks_ = 0;  // the pipeline's when it was last asked to tick
};

}  // namespace ordertrace
