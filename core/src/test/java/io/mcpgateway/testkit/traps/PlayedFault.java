package io.mcpgateway.testkit.traps;

import java.util.List;

/**
 * A fault that a test of its own plays.
 *
 * @param section the heading
 * @param what happens
 * @param outcome what the client gets
 * @param type the test's class, by its full name
 * @param test the test's method
 */
public record PlayedFault(String section, String what, String outcome, String type, String test) {
  private static final String TRAPS = "io.mcpgateway.testkit.traps.FaultTraps";
  private static final String STREAMS = "io.mcpgateway.testkit.traps.StreamTraps";
  private static final String RETRY = "io.mcpgateway.forward.ConnectRetryTest";
  private static final String NO_CONNECTION = "u1_n1_noConnection_is502AndTheNextRequestIsRight";
  private static final String ERROR = "JSON-RPC error with the request's id";
  private static final String RESTART =
      "backendThatRestarts_neverGetsACallTwice_norAClientAnothersAnswer";
  private static final String LEAVES = "g2_clientsThatLeaveAtAnyStage_leaveNothingBehind";

  /** In front of a backend. */
  public static List<PlayedFault> all() {
    String connection = "The connection to the backend";
    String speed = "Fast and slow";
    String client = "Clients";
    return List.of(
        new PlayedFault(connection, "is refused", "502, " + ERROR, TRAPS, NO_CONNECTION),
        new PlayedFault(
            connection, "the host name does not resolve", "502, " + ERROR, TRAPS, NO_CONNECTION),
        new PlayedFault(
            connection,
            "the name servers are silent",
            "502 after 5 s; other backends are not held up",
            RETRY,
            "n1_nameServersThatAreSilent_holdOneThreadAndNoOtherBackend"),
        new PlayedFault(
            connection,
            "the first addresses of the host are dead",
            "the answer, from the next address",
            RETRY,
            "n1_everyAddressOfAHostIsTried"),
        new PlayedFault(
            connection, "TLS fails, or is silent", "502, " + ERROR, TRAPS, NO_CONNECTION),
        new PlayedFault(
            connection,
            "is refused, with `retry`",
            "the answer, once there is a connection",
            RETRY,
            "refusedConnection_isTriedAgainUntilThereIsOne"),
        new PlayedFault(
            connection,
            "has failed five times in a row",
            "503, `Retry-After: 1`, " + ERROR + "; one request a second tries",
            RETRY,
            "afterFiveFailures_requestsFailAtOnceAndOneTriesEachSecond"),
        new PlayedFault(
            connection,
            "the backend restarts under load",
            "each client its own answer, 502, 503, or a response that breaks off; no call twice",
            TRAPS,
            RESTART),
        new PlayedFault(
            connection,
            "a second response comes while nobody waits",
            "nothing: the connection is closed, later requests are right",
            TRAPS,
            "u4_secondResponseOnAnIdleConnection_isDroppedWithTheConnection"),
        new PlayedFault(
            speed,
            "the backend is silent, before or within the head of its response",
            "504, " + ERROR + "; the backend's connection is closed",
            TRAPS,
            "u2_silence_is504AndTheBackendSeesTheClose"),
        new PlayedFault(
            speed,
            "the backend drips its response byte by byte",
            "each byte at once",
            STREAMS,
            "trap01_primingEventAndRetry_arriveByteForByteAndAtOnce"),
        new PlayedFault(
            speed,
            "the backend takes the request slower than the client sends it",
            "the client is made to wait",
            TRAPS,
            "slowBackend_stopsTheClientsUpload"),
        new PlayedFault(
            speed,
            "the backend sends faster than the client reads",
            "the backend is made to wait",
            TRAPS,
            "slowClient_stopsTheBackend"),
        new PlayedFault(
            speed,
            "the line of an event does not end",
            "each piece as it comes; nothing is collected",
            TRAPS,
            "d4_lineWithoutEnd_passesAsItComesAndIsNotCollected"),
        new PlayedFault(
            speed,
            "the backend answers while the request is being sent",
            "the whole answer",
            TRAPS,
            "g3_answerWhileTheBodyUploads_arrivesWhole"),
        new PlayedFault(
            client,
            "leaves within the head of its request",
            "no call of the backend",
            TRAPS,
            LEAVES),
        new PlayedFault(
            client, "leaves within the body of its request", "the call is aborted", TRAPS, LEAVES),
        new PlayedFault(
            client,
            "leaves before its answer",
            "the call is aborted; in the filter once the answer begins",
            STREAMS,
            "trap03_clientLeavesBeforeTheHead_upstreamSeesTheCloseOnceItAnswers"),
        new PlayedFault(client, "leaves within a stream", "the call is aborted", TRAPS, LEAVES),
        new PlayedFault(
            client, "leaves without having read its stream", "the call is aborted", TRAPS, LEAVES));
  }
}
