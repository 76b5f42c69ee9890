using System.Globalization;
using System.Net;
using Recurve;
using Recurve.Streaming;

// dotnet run -c Release --project samples/Streaming -- --port 5000 --folder runs/waves
// curl -d 0.5 http://127.0.0.1:5000/alice
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
// this machine only: there is no password
builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, builder.Configuration.GetValue("port", 5000)));
Clients clients;
try
{
    clients = new(Waves.LoadOrTrain(builder.Configuration.GetValue("folder", "runs/waves"), builder.Configuration.GetValue("iterations", 1000L)));
}
catch (Exception error) when (error is IOException or ArgumentException or DeviceException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
WebApplication app = builder.Build();

app.MapPost("/{client}", async (string client, HttpRequest request) =>
{
    using StreamReader reader = new(request.Body);
    string text = await reader.ReadToEndAsync();
    if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value)) return Results.Text($"expected a number, not '{text}'\n", statusCode: StatusCodes.Status400BadRequest);
    return clients.Step(client, value) is { } next ? Results.Text(next.ToString("R", CultureInfo.InvariantCulture) + "\n") : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
});
app.MapDelete("/{client}", (string client) => clients.Remove(client) ? Results.NoContent() : Results.NotFound());

await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.Single()}");
await app.WaitForShutdownAsync();
return 0;
