using System.CommandLine;
using Recurve.FirstSymbol;

// Ctrl-C ends the training after its minibatch, which may be long.
InvocationConfiguration configuration = new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) };
return await Options.Command(Training.Run).Parse(args).InvokeAsync(configuration);
