using Recurve.FirstSymbol;

return await Options.Command(Training.Run).Parse(args).InvokeAsync();
