/** Starts Trino's server as its own launcher does, which Maven Central does not have: `StartTrino VERSION`. */
public class StartTrino {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start(arguments[0]);
    }
}
