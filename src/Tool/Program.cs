using System.CommandLine;
using System.CommandLine.Help;
using Recurve.Tool;

// by the name that it is started by, which is not its file's
Command root = new("recurve", "Looks at recurrent cells, machines, files and runs.")
{
    new HelpOption(), new VersionOption(),
    ExplainCommand.Create(), DoctorCommand.Create(), BenchCommand.Create(), InspectCommand.Create(), PlotCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    parsed.Invoke();
    return Exit.Mistake;
}
return parsed.Invoke();
