#include "export/exporter.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace ordertrace {
namespace {

std::string batch_of(const ProbeBytes& probe) {
    const StoredSpan span{.number = 0, .process = 0, .start = {}, .bytes = probe.span};
    constexpr std::uint32_t first = 0;
    RequestBody body{probe.process, {&span, 1}, {&first, 1}};
    std::string batch(body.size(), '\0');
    body.read(batch.data(), batch.size());
    return batch;
}

}  // namespace

Exporter::Exporter(boost::asio::any_io_executor executor, std::unique_ptr<SpanSupply> supply,
                   const std::vector<DestinationSettings>& destinations, const ProbeBytes& probe, Log log)
    : executor_{std::move(executor)},
      supply_{std::move(supply)},
      doorbell_{executor_, *supply_},
      probe_{batch_of(probe)} {
    const auto random = [this] { return std::uniform_real_distribution<double>{}(random_); };
    for (const auto& settings : destinations)
        destinations_.push_back(std::make_unique<Destination>(
            executor_, settings, supply_->source(destinations_.size()), doorbell_, probe_, log, random));
}

void Exporter::start() {
    boost::asio::co_spawn(executor_, doorbell_.watch([this] { ring(); }), boost::asio::detached);
    for (const auto& destination : destinations_) {
        ++running_;
        boost::asio::co_spawn(executor_, destination->run(), [this](std::exception_ptr failure) { ended(failure); });
    }
}

void Exporter::ring() {
    for (const auto& destination : destinations_) destination->ring();
}

void Exporter::reconfigure(const std::vector<DestinationSettings>& destinations) {
    for (const auto& settings : destinations)
        for (const auto& destination : destinations_)
            if (destination->name() == settings.name) destination->reconfigure(settings);
}

void Exporter::stop_by(Clock::time_point deadline, std::function<void()> done) {
    if (running_ == 0) return done();
    done_ = std::move(done);
    for (const auto& destination : destinations_) destination->stop_by(deadline);
}

void Exporter::ended(const std::exception_ptr& failure) {
    // Nothing in delivery is expected to throw but for lack of memory, which the whole program cannot go on with.
    if (failure) std::rethrow_exception(failure);
    if (--running_ > 0) return;
    doorbell_.close();
    if (done_) done_();
}

std::vector<DestinationNumbers> Exporter::numbers() const {
    std::vector<DestinationNumbers> all;
    for (const auto& destination : destinations_) all.push_back(destination->numbers());
    return all;
}

}  // namespace ordertrace
