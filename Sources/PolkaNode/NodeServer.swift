// The node on the network: HTTP over Hummingbird, one address, bodies of JSON-RPC.

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Serves JSON-RPC over HTTP until the process is told to stop.
public struct NodeServer: Sendable {
    /// Where and whom to serve.
    public struct Configuration: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port; 0 takes any that is free.
        public var port: Int
        /// Web pages from these origins may call as well, from all if `*` is among them.
        ///
        /// Those of this machine and browsers' extensions always may.
        public var origins: [String]

        /// A configuration of its parts.
        public init(host: String = "127.0.0.1", port: Int = 8545, origins: [String] = []) {
            self.host = host
            self.port = port
            self.origins = origins
        }
    }

    /// Why a server can not start.
    public enum Failure: Error, CustomStringConvertible {
        /// Somebody listens there already.
        case portTaken(host: String, port: Int)
        /// The system refuses, in its words.
        case cannotListen(host: String, port: Int, reason: String)

        /// The reason in words.
        public var description: String {
            switch self {
            case .portTaken(let host, let port):
                "\(host):\(port) is in use by another program; stop it or choose another port with --port"
            case .cannotListen(let host, let port, let reason): "can not listen on \(host):\(port): \(reason)"
            }
        }
    }

    /// A blob of the most that a host admits, twice for its digits, with room for what its constructor gets.
    public static let maximumBodySize = 8 << 20
    /// Connections at once; further ones wait.
    static let maximumConnections = 512
    /// How long requests in progress may take when the server shall stop.
    private static let shutdownTime = Duration.seconds(5)
    /// How long a connection may be silent.
    private static let idleTime = TimeAmount.seconds(120)

    private let node: Node
    private let configuration: Configuration

    /// A server for a node.
    public init(node: Node, configuration: Configuration = Configuration()) {
        self.node = node
        self.configuration = configuration
    }

    /// Serves until SIGINT, SIGTERM, or the task is cancelled; then lets requests in progress end and returns.
    ///
    /// - Parameter onStart: Called with the port once clients can connect.
    /// - Throws: `Failure` if it can not listen.
    public func run(onStart: @escaping @Sendable (Int) async -> Void) async throws {
        var logger = Logger(label: "pvm dev")
        logger.logLevel = .critical
        let gate = RequestGate(origins: configuration.origins)
        let rpc = JSONRPC { [node] (name, parameters) async throws(RPCError) in
            try await node.answer(name, parameters)
        }
        let channel = HTTP1Channel(
            responder: { request, writer, _ in
                let answer = await Self.answer(to: request, gate: gate, rpc: rpc)
                try await writer.write(response: answer.head, body: answer.body)
            },
            configuration: HTTP1Channel.Configuration(idleTimeout: Self.idleTime))
        let server = channel.server(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
            onServerRunning: { channel in await onStart(channel.localAddress?.port ?? configuration.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        var group = ServiceGroupConfiguration(
            services: [server, BlockClock(node: node)], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        group.maximumGracefulShutdownDuration = Self.shutdownTime
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure.portTaken(host: configuration.host, port: configuration.port)
        } catch let error as IOError {
            throw Failure.cannotListen(
                host: configuration.host, port: configuration.port, reason: error.description)
        } catch let error as SocketAddressError {
            throw Failure.cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
    }

    private static func answer(to request: Request, gate: RequestGate, rpc: JSONRPC) async -> Response {
        switch gate.decide(request.head) {
        case .refuse(let status, let text, let headers):
            // An answer to HEAD has no body, whatever it is.
            let body =
                request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
            return Response(status: status, headers: headers, body: body)
        case .preflight(let headers): return Response(status: .noContent, headers: headers)
        case .answer(var headers):
            let body: ByteBuffer
            do {
                body = try await request.body.collect(upTo: maximumBodySize)
            } catch {
                headers[.connection] = "close"
                let text = "a body may have \(maximumBodySize) bytes\n"
                return Response(
                    status: .contentTooLarge, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text))
                )
            }
            guard let answer = await rpc.answer(Array(body.readableBytesView)) else {
                return Response(status: .noContent, headers: headers)
            }
            headers[.contentType] = "application/json"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
        }
    }
}

/// Closes a block at every interval if the node has one.
private struct BlockClock: Service {
    let node: Node

    func run() async throws {
        guard let interval = node.blockInterval else {
            try await gracefulShutdown()
            return
        }
        let clock = ContinuousClock()
        await cancelWhenGracefulShutdown {
            var next = clock.now + interval
            while !Task.isCancelled {
                do { try await clock.sleep(until: next) } catch { return }
                await node.sealOnClock()
                // Blocks that took longer than the interval are not made up for.
                next = max(next + interval, clock.now)
            }
        }
    }
}
